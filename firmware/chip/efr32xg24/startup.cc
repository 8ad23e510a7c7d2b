// From reset to main: stack limit, FPU, memory, constructors. Runs at 20 MHz from FSRCO, before any clock
// set-up, which the platform does from main.
#include "chip/efr32xg24/startup.h"

#include "chip/efr32xg24/registers/core.h"
#include "chip/efr32xg24/stack_use.h"
#include "chip/efr32xg24/vectors.h"
#include "instructions.h"

int main();

namespace {

void CopyWords(const uint32_t* from, uint32_t* to, const uint32_t* end) {
  while (to != end) *to++ = *from++;
}

void ClearWords(uint32_t* to, const uint32_t* end) {
  while (to != end) *to++ = 0;
}

// Everything below the frame of the caller, so that what has been used since can be told (stack_use.h).
__attribute__((target("general-regs-only"))) void PaintStack(uint32_t* end) {
  for (uint32_t* word = chip::linker::__stack_limit; word < end; ++word) *word = chip::kStackPaint;
}

void PrepareMemory() {
  using namespace chip::linker;
  CopyWords(__data_load, __data_start, __data_end);
  ClearWords(__bss_start, __bss_end);
}

void RunConstructors() {
  using namespace chip::linker;
  for (const Constructor* run = __init_array_start; run != __init_array_end; ++run) (*run)();
}

// main runs on the process stack, below that of the interrupts and faults: where it overflows, the fault
// finds room of its own. main has no end to return to: an image whose main returns is stopped, not restarted.
[[noreturn]] void EnterMain(const uint32_t* limit, const uint32_t* top) {
  __asm volatile(
      "msr  psplim, %[limit]\n\t"
      "msr  psp, %[top]\n\t"
      "msr  msplim, %[top]\n\t"
      "mrs  r0, control\n\t"
      "orr  r0, r0, #2\n\t"  // CONTROL.SPSEL
      "msr  control, r0\n\t"
      "isb  0xF\n\t"
      "bl   main\n"
      "0:\twfi\n\t"
      "b    0b"
      :
      : [limit] "r"(limit), [top] "r"(top)
      : "r0", "memory");
  __builtin_unreachable();
}

}  // namespace

// The core has loaded the stack pointer from vector 0. No floating-point register may be touched before
// CPACR allows it, and no variable before memory is prepared.
extern "C" __attribute__((target("general-regs-only"))) void ResetHandler() {
  using chip::SCB;
  __asm volatile("msr msplim, %0" ::"r"(chip::linker::__stack_limit));
  SCB::VTOR::Write(static_cast<uint32_t>(reinterpret_cast<uintptr_t>(&chip::kVectors)));
  // Also keeps FSRCO from staying on in EM1 (erratum CUR_E302).
  SCB::CPACR::Write(SCB::CPACR::Read() | SCB::CPACR_FPU_FULL);
  SCB::SHCSR::Write(SCB::SHCSR::Read() | SCB::SHCSR_FAULTS);
  chip::DataSyncBarrier();
  chip::InstructionSyncBarrier();
  PaintStack(static_cast<uint32_t*>(__builtin_frame_address(0)) - chip::kUnpaintedWords);
  PrepareMemory();
  RunConstructors();
  EnterMain(chip::linker::__stack_limit, chip::linker::__interrupt_stack_limit);
}
