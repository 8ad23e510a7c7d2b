/* Vector table, start-up and semihosting output of the fidelity programs. */
#include "core.h"

extern uint32_t bss_begin, bss_end, stack_top;

static uint32_t Semihost(uint32_t operation, const void* argument) {
  register uint32_t r0 __asm("r0") = operation;
  register const void* r1 __asm("r1") = argument;
  __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void Put(const char* text) { Semihost(4, text); }

void PutHex(const char* name, uint32_t value) {
  char digits[12] = " 00000000\n";
  for (int i = 8; i >= 1; --i, value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
  Put(name);
  Put(digits);
}

void End(void) {
  Semihost(0x18, (const void*)0x20026);
  for (;;) {
  }
}

static void Unexpected(const char* name) {
  Put("unexpected ");
  Put(name);
  PutHex("", CFSR);
  PutHex("HFSR", HFSR);
  End();
}

#define WEAK_HANDLER(name) \
  __attribute__((weak)) void name(void) { Unexpected(#name); }
WEAK_HANDLER(NMI)
WEAK_HANDLER(HardFault)
WEAK_HANDLER(MemManage)
WEAK_HANDLER(BusFault)
WEAK_HANDLER(UsageFault)
WEAK_HANDLER(SVCall)
WEAK_HANDLER(DebugMonitor)
WEAK_HANDLER(PendSV)
WEAK_HANDLER(SysTick)
WEAK_HANDLER(Irq0)
WEAK_HANDLER(Irq1)
WEAK_HANDLER(Irq2)
WEAK_HANDLER(Irq3)

void Reset(void) {
  for (uint32_t* word = &bss_begin; word < &bss_end; ++word) *word = 0;
  CPACR = 0x00F00000;
  Barrier();
  main();
  Put("end\n");
  End();
}

__attribute__((section(".vectors"), used)) static const void* const kVectors[20] = {
    &stack_top, Reset,  NMI,          HardFault, MemManage, BusFault, UsageFault, 0,    0,    0,
    0,          SVCall, DebugMonitor, 0,         PendSV,    SysTick,  Irq0,       Irq1, Irq2, Irq3};
