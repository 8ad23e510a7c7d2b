/* WFI, WFE, SEV and SysTick: what wakes, with what masked, and what the counter does. */
#include "core.h"

static volatile uint32_t ticks, irqs;

void SysTick(void) { ++ticks; }
void Irq0(void) { ++irqs; }

int main(void) {
  NVIC_ISER0 = 1;
  SYST_RVR = 9999;
  SYST_CVR = 0;
  PutHex("csr before", SYST_CSR & 0x10007);
  SYST_CSR = 7;
  while (ticks < 3) __asm volatile("wfi");
  PutHex("ticks", ticks);
  PutHex("in range", SYST_CVR <= 9999);
  SYST_CSR = 5;
  Barrier();
  while (!(SYST_CSR & 1u << 16)) {
  }
  Put("countflag came\n");
  SYST_CVR = 123; /* any write clears it, and the flag */
  PutHex("countflag after write", SYST_CSR >> 16 & 1);
  SYST_CSR = 0;
  Put("wfi with primask\n");
  WRITE_SPECIAL("primask", 1);
  NVIC_ISPR0 = 1;
  Barrier();
  __asm volatile("wfi");
  PutHex("not taken", irqs);
  PutHex("pending", NVIC_ISPR0);
  PutHex("icsr", ICSR & 0x004FF9FF);
  WRITE_SPECIAL("primask", 0);
  Barrier();
  PutHex("taken", irqs);
  Put("wfe\n");
  __asm volatile("sev\n wfe\n");
  Put("passed\n");
  SYST_CVR = 0;
  ticks = 0;
  SYST_CSR = 7;
  while (ticks < 1) __asm volatile("wfe");
  SYST_CSR = 0;
  Put("woken by an exception\n");
  return 0;
}
