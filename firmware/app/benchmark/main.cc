// The benchmark image's main: the MLPerf Tiny runner's protocol, and nothing else on the serial line.
#include "app/application.h"
#include "app/benchmark/runner.h"
#include "app/benchmark/timestamp.h"
#include "model_generated.h"
#include "mvp/driver.h"
#include "port/identity.h"
#include "port/platform.h"
#include "port/timing_pin.h"
#include "tensorflow/lite/micro/debug_log.h"

// The runner takes every line for a reply: the runtime's messages go nowhere.
extern "C" void DebugLog(const char*, va_list) {}

namespace {

// As in the console's image.
__attribute__((section(".bss.arena"), aligned(16))) uint8_t g_arena[generated::kArenaBytes];
constexpr size_t kWeightsRamBytes = generated::kWeightsRamBytes;
__attribute__((section(".bss.weights"),
               aligned(16))) uint8_t g_weights[kWeightsRamBytes > 0 ? kWeightsRamBytes : 1];

#if EARSHOT_BENCHMARK_ENERGY
constexpr uint32_t kEnergyBaud = 9600;

app::benchmark::Timestamp& StartTimestamp(const port::Platform&) {
  port::MessageSerialRate().Switch(kEnergyBaud);
  static app::benchmark::PinTimestamp timestamp(port::StartTimingPin());
  return timestamp;
}

void Wait() { port::WaitForInput(); }
#else
app::benchmark::Timestamp& StartTimestamp(const port::Platform& platform) {
  static app::benchmark::LapTimestamp timestamp(platform.clock);
  return timestamp;
}

// Long silence must not hide a wrap of the clock.
void Wait() { port::WaitForInputBriefly(); }
#endif

}  // namespace

int main() {
  static port::Platform platform = port::StartPlatform();
  static app::benchmark::Runner runner(platform.serial, StartTimestamp(platform),
                                       {platform.board, platform.build_id, platform.build_id_bytes});
  runner.Announce();
  static mvp::Driver driver(platform.accelerator);
  const bool accelerated = driver.Init() == mvp::Status::kOk;
  static generated::OpResolver resolver;
  static app::Application application(
      {generated::kModel.data, generated::kModel.file_bytes, resolver, g_arena, sizeof(g_arena),
       platform.clock, accelerated ? &driver : nullptr, generated::kPrepared, generated::kPreparedBytes,
       nullptr, kWeightsRamBytes > 0 ? g_weights : nullptr, kWeightsRamBytes});
  const app::KernelChoice kernels = app::ChooseKernels(EARSHOT_KERNEL, accelerated);
  const bool ready =
      generated::AddOperators(resolver, kernels) == kTfLiteOk && application.Init() == kTfLiteOk;
  port::ForgetLastFault();
  runner.Start(ready ? &application : nullptr);
  while (true) {
    runner.Poll();
    Wait();
  }
}
