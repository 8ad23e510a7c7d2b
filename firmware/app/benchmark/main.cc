// The benchmark image's main: the MLPerf Tiny runner's protocol, and nothing else on the serial line.
#include "app/benchmark/runner.h"
#include "app/benchmark/timestamp.h"
#include "app/image_application.h"
#include "mvp/driver.h"
#include "port/identity.h"
#include "port/platform.h"
#include "port/timing_pin.h"
#include "tensorflow/lite/micro/debug_log.h"

// The runner takes every line for a reply: the runtime's messages go nowhere.
extern "C" void DebugLog(const char*, va_list) {}

namespace {

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
  const app::ImageApplication started =
      app::StartImageApplication(platform.clock, accelerated ? &driver : nullptr);
  port::ForgetLastFault();
  runner.Start(started.ready ? &started.application : nullptr);
  while (true) {
    runner.Poll();
    Wait();
  }
}
