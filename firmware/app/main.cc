// The image's main: brings the platform up, prepares the model, and serves the console for ever.
#include <cstring>

#include "app/application.h"
#include "app/console.h"
#include "app/mailbox.h"
#include "app/report.h"
#include "model_generated.h"
#include "mvp/driver.h"
#include "port/platform.h"
#include "tensorflow/lite/micro/debug_log.h"

namespace {

constexpr char kVersion[] = EARSHOT_VERSION;

// In an output section of its own: the arena is the largest part of RAM, and start-up need not clear it.
__attribute__((section(".bss.arena"), aligned(16))) uint8_t g_arena[generated::kArenaBytes];

// Where copies of weights go, if the model was generated for that.
constexpr size_t kWeightsRamBytes = generated::kWeightsRamBytes;
__attribute__((section(".bss.weights"),
               aligned(16))) uint8_t g_weights[kWeightsRamBytes > 0 ? kWeightsRamBytes : 1];

// What the console's commands work on.
struct Image {
  const port::Platform& platform;
  app::Application& application;
  const mvp::Driver& driver;
  bool model_ready;
  const char* kernel;
  const char* accelerator;
};

void Info(void* context, app::Text& text, const char*) {
  const Image& image = *static_cast<Image*>(context);
  const app::ImageFacts facts = {kVersion,
                                 image.kernel,
                                 image.accelerator,
                                 image.application.arena_used_bytes(),
                                 generated::kArenaBytes,
                                 image.application.weights_ram_used_bytes(),
                                 image.application.weights_copied(),
                                 image.driver.faults(),
                                 image.driver.last_fault()};
  app::PrintInfo(text, facts, generated::kModel, image.platform);
}

// The stored input is all zeros: cycles do not depend on the values.
void Profile(void* context, app::Text& text, const char*) {
  Image& image = *static_cast<Image*>(context);
  if (!image.model_ready) {
    text.Put("the model is not ready: see the messages after the banner").EndLine();
    return;
  }
  for (size_t i = 0; i < image.application.inputs_size(); ++i) {
    TfLiteTensor& input = *image.application.input(i);
    std::memset(input.data.raw, 0, input.bytes);
  }
  const bool ran = image.application.Invoke() == kTfLiteOk;
  app::PrintProfile(text, generated::kModel, image.application.layers(), image.application.layer_count(),
                    image.platform.clock.Frequency());
  if (!ran) text.Put("the run failed after the layers above").EndLine();
}

constexpr app::Command kCommands[] = {
    {"info", "what this image is and what it runs on", Info},
    {"profile", "run the model once on an input of zeros: cycles per layer", Profile},
};

const char* DescribeAccelerator(mvp::Status status) {
  switch (status) {
    case mvp::Status::kOk:
      return "MVP";
    case mvp::Status::kAbsent:
      return "none: no MVP on this part, or no timer to bound its waits; the core does all work";
    default:
      return "MVP does not respond, the core does all work";
  }
}

// For the banner; "" where nothing is amiss.
const char* RemarkOnAccelerator(mvp::Status status) {
  switch (status) {
    case mvp::Status::kOk:
      return "";
    case mvp::Status::kAbsent:
      return "no accelerator: the model runs on the CPU";
    default:
      return "the accelerator does not respond: the model runs on the CPU";
  }
}

}  // namespace

int main() {
  static port::Platform platform = port::StartPlatform();
  static mvp::Driver driver(platform.accelerator);
  const mvp::Status accelerator = driver.Init();
  const bool accelerated = accelerator == mvp::Status::kOk;

  static generated::OpResolver resolver;
  static app::Application application(
      {generated::kModel.data, generated::kModel.file_bytes, resolver, g_arena, sizeof(g_arena),
       platform.clock, accelerated ? &driver : nullptr, generated::kPrepared, generated::kPreparedBytes,
       nullptr, kWeightsRamBytes > 0 ? g_weights : nullptr, kWeightsRamBytes});
  app::Text text(platform.serial);
  app::PrintBanner(text, kVersion, platform, RemarkOnAccelerator(accelerator));
  const app::KernelChoice kernels = app::ChooseKernels(EARSHOT_KERNEL, accelerated);
  const bool ready =
      generated::AddOperators(resolver, kernels) == kTfLiteOk && application.Init() == kTfLiteOk;

  const char* kernel_name = app::DescribeKernels(EARSHOT_KERNEL, EARSHOT_KERNEL_NAME, accelerated);
  static Image image = {platform, application, driver, ready, kernel_name, DescribeAccelerator(accelerator)};
  static app::Console console(platform.serial, kCommands, sizeof(kCommands) / sizeof(kCommands[0]), &image);
  app::MailboxServer mailbox(earshot_mailbox, application, platform.clock);
  port::ForgetLastFault();
  console.Start();
  mailbox.Open({generated::kModel.sha256, kernel_name, image.accelerator, ready});
  while (true) {
    console.Poll();
    mailbox.Poll();
    if (!mailbox.Waiting()) port::WaitForInput();
  }
}
