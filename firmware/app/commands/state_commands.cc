// Commands that say how the machine is, and the one that resets it.
#include "app/commands/commands.h"
#include "app/crash_report.h"
#include "app/report.h"
#include "app/self_test.h"

namespace app {
namespace {

constexpr size_t kLabelWidth = 16;

void PutUse(Text& text, const char* label, uint64_t used, uint64_t bytes) {
  text.Left(label, kLabelWidth).Decimal(used).Put(" of ").Decimal(bytes).Put(" B").EndLine();
}

void PutCount(Text& text, const char* label, uint64_t count) {
  text.Left(label, kLabelWidth).Decimal(count).EndLine();
}

void PutSelfTest(Text& text, const SelfTest& test) {
  text.Left("self-test", kLabelWidth);
  switch (test.status) {
    case mvp::Status::kAbsent:
      text.Put("not possible: there is no accelerator to use");
      break;
    case mvp::Status::kTimeout:
      text.Put("FAILED: the program did not end");
      break;
    case mvp::Status::kFault:
      text.Put("FAILED: the program faulted");
      break;
    case mvp::Status::kOk:
      text.Put(test.passed() ? "passed" : "FAILED").Put(": the sum of 16 products is ").Hex(test.found);
      if (!test.passed()) text.Put(" instead of ").Hex(test.expected);
      text.Put(", ").Decimal(test.accelerator_cycles).Put(" accelerator cycles");
      break;
  }
  text.EndLine();
}

}  // namespace

void CommandMem(void* context, Text& text, const char*) {
  const Image& image = *static_cast<Image*>(context);
  const port::StackUse stack = port::MeasureStack();
  PutUse(text, "stack, at most", stack.used_bytes, stack.bytes);
  const port::StackUse interrupts = port::MeasureInterruptStack();
  PutUse(text, "of interrupts", interrupts.used_bytes, interrupts.bytes);
  PutUse(text, "arena", image.application.arena_used_bytes(), image.arena_bytes);
  if (image.application.weights_copied() > 0) {
    text.Left("weights", kLabelWidth).Decimal(image.application.weights_ram_used_bytes());
    text.Put(" B copied to RAM").EndLine();
  }
}

void CommandMvp(void* context, Text& text, const char*) {
  Image& image = *static_cast<Image*>(context);
  const SelfTest test = TestAccelerator(image.driver);
  text.Left("accelerator", kLabelWidth).Put(image.accelerator).EndLine();
  PutSelfTest(text, test);
  PutCount(text, "programs", image.driver.launches());
  PutCount(text, "cycles", image.driver.accelerator_cycles());
  PutCount(text, "core waited", image.driver.wait_cycles());
  PutCount(text, "faults", image.driver.faults());
  if (image.driver.faults() > 0) PrintAcceleratorFault(text, image.driver.last_fault());
}

void PrintLog(Text& text, const port::Platform& platform, const mvp::Driver& driver) {
  text.Left("started by", kLabelWidth);
  PrintResetCauses(text, platform.reset_causes);
  text.EndLine();
  if (driver.faults() > 0) {
    PutCount(text, "accel. faults", driver.faults());
    PrintAcceleratorFault(text, driver.last_fault());
  }
  text.Left("last crash", kLabelWidth);
  if (platform.last_crash == nullptr) {
    text.Put("none since power-on").EndLine();
    return;
  }
  text.Put(platform.crash_is_new ? "ended the run before this one" : "in an earlier run").EndLine();
  PrintCrash(text, *platform.last_crash);
}

void CommandLog(void* context, Text& text, const char*) {
  const Image& image = *static_cast<Image*>(context);
  PrintLog(text, image.platform, image.driver);
}

void CommandReboot(void*, Text& text, const char*) {
  text.Put("rebooting").EndLine();
  port::Restart();
}

}  // namespace app
