// Fault entry: saves the registers where a reset does not touch them, then resets the chip.
#include "chip/efr32xg24/fault.h"

#include <cstddef>

#include "chip/efr32xg24/registers/core.h"
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

static_assert(offsetof(FaultRecord, vector) == 8 && offsetof(FaultRecord, exc_return) == 12 &&
                  offsetof(FaultRecord, stack) == 16 && offsetof(FaultRecord, registers) == 20,
              "FaultEntry stores at these offsets");

bool FrameIsReadable(uint32_t stack) {
  const auto low = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(linker::__ram_start));
  const auto high = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(linker::__stack_top));
  return stack % 4 == 0 && stack >= low && stack <= high - kFrameBytes;
}

}  // namespace

const FaultRecord* LastFault() { return g_fault_record.magic == kFaultMagic ? &g_fault_record : nullptr; }

void ForgetFault() { g_fault_record.magic = 0; }

}  // namespace chip

extern "C" [[noreturn]] __attribute__((used)) void FinishFaultRecord() {
  using chip::SCB;
  chip::FaultRecord& record = g_fault_record;
  record.count = record.magic == chip::kFaultMagic ? record.count + 1 : 1;
  record.cfsr = SCB::CFSR::Read();
  record.hfsr = SCB::HFSR::Read();
  record.mmfar = SCB::MMFAR::Read();
  record.bfar = SCB::BFAR::Read();
  const bool readable = chip::FrameIsReadable(record.stack);
  const auto* frame = reinterpret_cast<const uint32_t*>(record.stack);
  for (uint32_t i = 0; i < 8; ++i) record.frame[i] = readable ? frame[i] : 0;
  record.magic = chip::kFaultMagic;
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
