// Lines of a keyword and its values; addresses and words as 0x and eight digits.
#include "app/crash_report.h"

#include "port/platform.h"

namespace app {
namespace {

constexpr size_t kRegistersPerLine = 4;
constexpr size_t kWordsPerLine = 8;
constexpr size_t kNumbered = 13;  // R0..R12
constexpr size_t kSp = 13, kLr = 14, kPc = 15;

void PrintRegisters(Text& text, const port::Crash& crash) {
  for (size_t i = 0; i < kNumbered; ++i) {
    if (i > 0) text.Put(i % kRegistersPerLine == 0 ? "\r\n" : " ");
    text.Put('r').Decimal(i).Put(' ').Hex(crash.registers[i]);
  }
  text.EndLine();
  text.Put("sp ").Hex(crash.registers[kSp]).Put(" lr ").Hex(crash.registers[kLr]);
  text.Put(" pc ").Hex(crash.registers[kPc]).Put(" xpsr ").Hex(crash.xpsr).EndLine();
}

void PrintStack(Text& text, const port::Crash& crash) {
  for (size_t i = 0; i < crash.stack_words; ++i) {
    if (i % kWordsPerLine == 0) {
      text.Put("stack ").Hex(crash.registers[kSp] + static_cast<uint32_t>(4 * i)).Put(':');
    }
    text.Put(' ').Hex(crash.stack[i]);
    if (i % kWordsPerLine == kWordsPerLine - 1 || i + 1 == crash.stack_words) text.EndLine();
  }
}

void PrintException(Text& text, const port::Crash& crash) {
  text.Put("exception ").Decimal(crash.exception);
  const char* name = NameException(crash.exception);
  if (*name != '\0') text.Put(' ').Put(name);
  text.Put(" exc_return ").Hex(crash.exc_return).EndLine();
  text.Put("cfsr ").Hex(crash.cfsr).Put(" hfsr ").Hex(crash.hfsr);
  text.Put(" mmfar ").Hex(crash.mmfar).Put(" bfar ").Hex(crash.bfar).EndLine();
}

}  // namespace

const char* Describe(port::CrashKind kind) {
  switch (kind) {
    case port::CrashKind::kFault:
      return "fault";
    case port::CrashKind::kStackOverflow:
      return "stack overflow";
    case port::CrashKind::kAssertion:
      return "assertion";
    case port::CrashKind::kWatchdog:
      return "watchdog";
    case port::CrashKind::kLockup:
      return "lock-up";
  }
  return "unknown";
}

const char* NameException(uint32_t exception) {
  constexpr const char* kNames[] = {"NMI", "HardFault", "MemManage", "BusFault", "UsageFault", "SecureFault"};
  constexpr uint32_t kFirst = 2;
  return exception >= kFirst && exception < kFirst + 6 ? kNames[exception - kFirst] : "";
}

void PrintCrash(Text& text, const port::Crash& crash) {
  text.Put("=== crash dump 1 ===").EndLine();
  text.Put("kind ").Put(Describe(crash.kind)).EndLine();
  text.Put("build ").HexBytes(crash.build_id, crash.build_id_bytes).EndLine();
  text.Put("in-a-row ").Decimal(crash.in_a_row).EndLine();
  if (*crash.message != '\0') text.Put("message ").Put(crash.message).EndLine();
  if (crash.registers_known) {
    PrintException(text, crash);
    text.Put("frame ").Put(crash.frame_known ? "known" : "unknown").EndLine();
    PrintRegisters(text, crash);
    PrintStack(text, crash);
  }
  text.Put("=== end of crash dump ===").EndLine();
}

void PrintCrashLine(Text& text, const port::Crash& crash) {
  text.Put(Describe(crash.kind));
  if (crash.registers_known) {
    text.Put(", exception ").Decimal(crash.exception).Put(" at pc ").Hex(crash.registers[kPc]);
    text.Put(" lr ").Hex(crash.registers[kLr]);
  }
  text.Put(": log shows it").EndLine();
}

void PrintResetCauses(Text& text, uint32_t causes) {
  constexpr const char* kNames[] = {"power-on", "pin",      "brown-out",          "watchdog",
                                    "lockup",   "software", "wake-up from sleep", "other"};
  const char* separator = "";
  for (uint32_t i = 0; i < sizeof kNames / sizeof kNames[0]; ++i) {
    if ((causes >> i & 1) == 0) continue;
    text.Put(separator).Put(kNames[i]);
    separator = ", ";
  }
  if (causes == 0) text.Put("unknown");
}

}  // namespace app
