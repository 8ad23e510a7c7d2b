// The image's main: brings the platform up, prepares the model, and serves console, link and mailbox for
// ever.
#include "app/commands/commands.h"
#include "app/console.h"
#include "app/image_application.h"
#include "app/kernel_choice.h"
#include "app/link_services.h"
#include "app/mailbox.h"
#include "app/message_line.h"
#include "app/report.h"
#include "link/server.h"
#include "link/shared_line.h"
#include "model_generated.h"
#include "mvp/driver.h"
#include "port/identity.h"
#include "port/platform.h"
#include "tensorflow/lite/micro/debug_log.h"

namespace {

constexpr char kVersion[] = EARSHOT_VERSION;

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

  app::Text text(platform.serial);
  app::PrintBanner(text, kVersion, generated::kModel, platform, RemarkOnAccelerator(accelerator));
  const app::ImageApplication started =
      app::StartImageApplication(platform.clock, accelerated ? &driver : nullptr);

  const char* kernel_name = app::DescribeKernels(EARSHOT_KERNEL, EARSHOT_KERNEL_NAME, accelerated);
  static app::Image image = {kVersion,
                             generated::kModel,
                             platform,
                             started.application,
                             driver,
                             started.arena_bytes,
                             started.ready,
                             kernel_name,
                             DescribeAccelerator(accelerator)};
  static app::LinkServices services(image);
  static serial_link::LinkServer server(services, port::MessageSerialRate(), platform.serial, platform.clock);
  static serial_link::SharedLine line(platform.serial, server, platform.clock);
  app::RouteMessages(line);
  static app::Console console(line, app::kCommands, app::kCommandCount, &image);
  static app::DiscardedLine console_line(console);
  line.ConnectConsole(&console_line);
  app::MailboxServer mailbox(earshot_mailbox, started.application, platform.clock);
  port::ForgetLastFault();
  console.Start();
  mailbox.Open({generated::kModel.sha256, kernel_name, image.accelerator, started.ready});
  while (true) {
    console.Poll();
    mailbox.Poll();
    if (!mailbox.Waiting() && !line.Waiting()) port::WaitForInput();
  }
}
