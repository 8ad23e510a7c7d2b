// Fault entry: saves the registers where a reset does not touch them, then resets the chip.
#include "chip/efr32xg24/fault.h"

#include <cstddef>
#include <initializer_list>

#include "chip/efr32xg24/build_id.h"
#include "chip/efr32xg24/registers/core.h"
#include "chip/efr32xg24/registers/wdog.h"
#include "chip/efr32xg24/stack_use.h"
#include "chip/efr32xg24/startup.h"
#include "instructions.h"

// Named in assembly below, hence plain C names and fixed offsets. The section survives a reset.
extern "C" {
__attribute__((section(".noinit.fault"), used)) chip::FaultRecord g_fault_record;
__attribute__((section(".noinit.fault_stack"), used, aligned(8))) uint32_t g_fault_stack[64];
}

namespace chip {
namespace {

// After this many faults with no ForgetFault in between (each start ended in one), a reset would only repeat
// it.
constexpr uint32_t kGiveUpAfter = 3;
constexpr uint32_t kFrameBytes = sizeof(FaultRecord::frame);
constexpr uint32_t kFloatFrameBytes = 72;         // on top, where EXC_RETURN.FType is 0
constexpr uint32_t kBasicFrame = 1u << 4;         // EXC_RETURN.FType
constexpr uint32_t kAlignedFrame = 1u << 9;       // xPSR of a frame: a word was left out below it
constexpr uint32_t kStackOverflowBit = 1u << 20;  // CFSR.STKOF
constexpr uint32_t kAsserting = 0xA55E27ED;       // in `told`, between FailAssertion and the record

static_assert(offsetof(FaultRecord, vector) == 8 && offsetof(FaultRecord, exc_return) == 12 &&
                  offsetof(FaultRecord, stack) == 16 && offsetof(FaultRecord, registers) == 20,
              "FaultEntry stores at these offsets");

uint32_t AddressOf(const uint32_t* symbol) {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(symbol));
}

bool InRam(uint32_t address, uint32_t bytes) {
  return address % 4 == 0 && address >= AddressOf(linker::__ram_start) &&
         address <= AddressOf(linker::__stack_top) - bytes;
}

CrashCause FindCause(const FaultRecord& record) {
  constexpr uint32_t kInterruptBase = 16;
  if (record.told == kAsserting) return CrashCause::kAssertion;
  if (record.vector == kInterruptBase + WDOG0::kIrq) return CrashCause::kWatchdog;
  return (record.cfsr & kStackOverflowBit) != 0 ? CrashCause::kStackOverflow : CrashCause::kFault;
}

// On an overflow without room for the frame the core puts the stack pointer to the limit and stores nothing.
bool IsAtLimit(uint32_t stack) {
  return stack - AddressOf(linker::__stack_limit) < 8 ||
         stack - AddressOf(linker::__interrupt_stack_limit) < 8;
}

void KeepFrame(FaultRecord& record) {
  const bool stored = record.cause != CrashCause::kStackOverflow || !IsAtLimit(record.stack);
  record.frame_known = stored && InRam(record.stack, kFrameBytes) ? 1 : 0;
  record.sp = record.stack;
  const auto* frame = reinterpret_cast<const uint32_t*>(record.stack);
  for (uint32_t i = 0; i < 8; ++i) record.frame[i] = record.frame_known != 0 ? frame[i] : 0;
  if (record.frame_known == 0) return;
  record.sp += kFrameBytes;
  if ((record.exc_return & kBasicFrame) == 0) record.sp += kFloatFrameBytes;
  if ((record.frame[kFrameXpsr] & kAlignedFrame) != 0) record.sp += 4;
}

void KeepStack(FaultRecord& record) {
  record.stack_words = 0;
  const auto* stack = reinterpret_cast<const uint32_t*>(record.sp);
  while (record.stack_words < FaultRecord::kStackWords && InRam(record.sp + 4 * record.stack_words, 4)) {
    record.stack_copy[record.stack_words] = stack[record.stack_words];
    ++record.stack_words;
  }
}

void KeepBuildId(FaultRecord& record) {
  const BuildId build = ReadBuildId();
  record.build_id_bytes = build.count < FaultRecord::kBuildIdBytes ? build.count : FaultRecord::kBuildIdBytes;
  for (uint32_t i = 0; i < record.build_id_bytes; ++i) record.build_id[i] = build.bytes[i];
}

void Append(FaultRecord& record, uint32_t& length, const char* text) {
  while (*text != '\0' && length + 1 < FaultRecord::kMessageBytes) record.message[length++] = *text++;
  record.message[length] = '\0';
}

void CountUp(FaultRecord& record) {
  const bool told = record.told != 0 && record.told != kAsserting;
  record.count = record.magic == kFaultMagic && !told ? record.count + 1 : 1;
  record.told = 0;
  record.magic = kFaultMagic;
}

}  // namespace

const FaultRecord* LastFault() { return g_fault_record.magic == kFaultMagic ? &g_fault_record : nullptr; }

void ForgetFault() { g_fault_record.told = 1; }

void DropFault() { g_fault_record.magic = 0; }

void RecordReset(CrashCause cause) {
  FaultRecord& record = g_fault_record;
  CountUp(record);
  record.cause = cause;
  record.vector = 0;
  record.frame_known = 0;
  record.stack_words = 0;
  record.message[0] = '\0';
  KeepBuildId(record);
}

void FailAssertion(const char* file, int line, const char* expression) {
  (void)MaskInterrupts();
  FaultRecord& record = g_fault_record;
  char digits[12] = {};
  char* first = digits + sizeof digits - 1;
  for (int rest = line; rest > 0; rest /= 10) *--first = static_cast<char>('0' + rest % 10);
  uint32_t length = 0;
  for (const char* part : {file, ":", static_cast<const char*>(first), ": ", expression}) {
    Append(record, length, part);
  }
  // A record that was never told goes on to be counted.
  if (record.magic == kFaultMagic && record.told != 0) record.magic = 0;
  record.told = kAsserting;
  while (true) __asm volatile("udf #1");
}

}  // namespace chip

extern "C" [[noreturn]] __attribute__((used)) void FinishFaultRecord() {
  using chip::SCB;
  chip::FaultRecord& record = g_fault_record;
  record.cfsr = SCB::CFSR::Read();
  record.hfsr = SCB::HFSR::Read();
  record.mmfar = SCB::MMFAR::Read();
  record.bfar = SCB::BFAR::Read();
  record.cause = chip::FindCause(record);
  if (record.cause != chip::CrashCause::kAssertion) record.message[0] = '\0';
  chip::CountUp(record);
  chip::KeepFrame(record);
  chip::KeepStack(record);
  chip::KeepBuildId(record);
  chip::DataSyncBarrier();
  if (record.count < chip::kGiveUpAfter) SCB::AIRCR::Write(SCB::AIRCR_SYSRESETREQ);
  while (true) chip::WaitForInterrupt();
}

// Entered from every fault and every interrupt that nobody handles. It must not use the stack of the program:
// that stack may be what overflowed.
extern "C" __attribute__((naked)) void FaultEntry() {
  __asm volatile(
      "cpsid i\n\t"
      "ldr  r0, =g_fault_record\n\t"
      "mrs  r1, ipsr\n\t"
      "str  r1, [r0, #8]\n\t"
      "str  lr, [r0, #12]\n\t"
      "tst  lr, #4\n\t"  // EXC_RETURN.SPSEL: which stack the frame is on
      "ite  eq\n\t"
      "mrseq r1, msp\n\t"
      "mrsne r1, psp\n\t"
      "str  r1, [r0, #16]\n\t"
      "add  r0, r0, #20\n\t"
      "stmia r0, {r4-r11}\n\t"
      "movs r1, #0\n\t"
      "msr  msplim, r1\n\t"
      "ldr  r1, =g_fault_stack + 256\n\t"
      "msr  msp, r1\n\t"
      "b    FinishFaultRecord\n\t"
      ".ltorg\n\t");
}
