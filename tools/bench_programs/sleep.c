/* Sleeps for ever; SysTick wakes it every million cycles. */
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

void Work(void) {
  REGISTER(0xE000E014) = 999999; /* SYST_RVR */
  REGISTER(0xE000E018) = 0;      /* SYST_CVR */
  REGISTER(0xE000E010) = 7;      /* SYST_CSR: on, interrupt, the core's clock */
  for (;;) __asm volatile("wfi");
}
