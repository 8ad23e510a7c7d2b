/* Priorities: preemption, tail-chaining order, PRIGROUP, PRIMASK, BASEPRI and FAULTMASK, software-pended
 * lines. */
#include "core.h"

static volatile uint32_t depth;

static void Note(const char* what) {
  PutHex(what,
         depth << 28 | (NVIC_IABR0 & 15) << 16 | (NVIC_ISPR0 & 15) << 8 | (READ_SPECIAL("ipsr") & 0xFF));
}

static void Pend(uint32_t lines) {
  NVIC_ISPR0 = lines;
  Barrier();
}

void Irq0(void) {
  ++depth;
  Note("irq0 begins");
  Pend(2 | 4);
  Note("irq0 ends");
  --depth;
}
void Irq1(void) {
  ++depth;
  Note("irq1 begins");
  Pend(8);
  Note("irq1 ends");
  --depth;
}
void Irq2(void) {
  ++depth;
  Note("irq2");
  --depth;
}
void Irq3(void) {
  ++depth;
  Note("irq3");
  --depth;
}
void PendSV(void) {
  ++depth;
  Note("pendsv");
  --depth;
}
void SVCall(void) {
  ++depth;
  Note("svc begins");
  ICSR = 1u << 28;
  Pend(1);
  Note("svc ends");
  --depth;
}

static void Priorities(uint8_t irq0, uint8_t irq1, uint8_t irq2, uint8_t irq3) {
  NVIC_IPR(0) = irq0;
  NVIC_IPR(1) = irq1;
  NVIC_IPR(2) = irq2;
  NVIC_IPR(3) = irq3;
  Barrier();
}

static void Masks(void) {
  Put("primask\n");
  WRITE_SPECIAL("primask", 1);
  Pend(1);
  Note("masked");
  WRITE_SPECIAL("primask", 0);
  Put("basepri\n");
  WRITE_SPECIAL("basepri", 0x60);
  Priorities(0x40, 0x60, 0x80, 0x60);
  Pend(2 | 4);
  Note("masked");
  Pend(1);
  WRITE_SPECIAL("basepri_max", 0x80); /* must not lower the boost */
  PutHex("basepri", READ_SPECIAL("basepri"));
  WRITE_SPECIAL("basepri_max", 0x40);
  PutHex("basepri", READ_SPECIAL("basepri"));
  WRITE_SPECIAL("basepri", 0);
  Put("faultmask\n");
  WRITE_SPECIAL("faultmask", 1);
  Pend(4);
  Note("masked");
  WRITE_SPECIAL("faultmask", 0);
  Put("disabled\n");
  NVIC_ICER0 = 4;
  Pend(4);
  Note("disabled");
  NVIC_ICPR0 = 4;
  NVIC_ISER0 = 4;
  Barrier();
}

int main(void) {
  NVIC_ISER0 = 15;
  SHPR(SVCALL) = 0x80;
  SHPR(PENDSV) = 0xE0;
  Put("nested\n");
  Priorities(0x80, 0x40, 0xA0, 0x20);
  Pend(1);
  Put("equal priorities\n");
  Priorities(0x80, 0x80, 0x80, 0x80);
  Pend(1);
  Put("late order by number\n");
  WRITE_SPECIAL("primask", 1);
  Pend(15);
  WRITE_SPECIAL("primask", 0);
  Put("svc\n");
  Priorities(0x40, 0x60, 0xA0, 0x20);
  __asm volatile("svc 0");
  Put("prigroup\n");
  AIRCR = 0x05FA0000 | 6 << 8; /* bit 7 alone is the group: nothing preempts 0x80 but 0x00..0x7F */
  Priorities(0x80, 0xA0, 0xC0, 0x40);
  Pend(1);
  AIRCR = 0x05FA0000;
  Masks();
  PutHex("aircr", AIRCR & 0xFFFF0700);
  return 0;
}
