/* Faults: which exception, CFSR, HFSR and the address registers, the frame's PC, escalation. */
#include "core.h"

static volatile uint32_t resume_at;

static void Report(const char* name, struct Frame* frame, uint32_t exc_return) {
  Put(name);
  PutHex(" exc_return", exc_return);
  PutHex("ipsr", READ_SPECIAL("ipsr"));
  PutHex("cfsr", CFSR);
  PutHex("hfsr", HFSR);
  if (CFSR & 1u << 15) PutHex("bfar", BFAR);
  if (CFSR & 1u << 7) PutHex("mmfar", MMFAR);
  PutHex("pc before resume", resume_at - frame->pc);
  CFSR = 0xFFFFFFFF;
  HFSR = 0xFFFFFFFF;
  frame->pc = resume_at;
  frame->xpsr |= 1u << 24;
}

NAKED_HANDLER(HardFault)
static void HardFaultBody(struct Frame* frame, uint32_t exc_return) {
  Report("hardfault", frame, exc_return);
}
NAKED_HANDLER(BusFault)
static void BusFaultBody(struct Frame* frame, uint32_t exc_return) { Report("busfault", frame, exc_return); }
NAKED_HANDLER(UsageFault)
static void UsageFaultBody(struct Frame* frame, uint32_t exc_return) {
  Report("usagefault", frame, exc_return);
}
NAKED_HANDLER(MemManage)
static void MemManageBody(struct Frame* frame, uint32_t exc_return) {
  Report("memmanage", frame, exc_return);
}

/* Runs `instruction`, which faults, and goes on after it. r0 and r1 are its operands. */
#define FAULTING(title, instruction, a, b)                                                     \
  do {                                                                                         \
    Put("-- " title "\n");                                                                     \
    register uint32_t r0_ __asm("r0") = (a);                                                   \
    register uint32_t r1_ __asm("r1") = (b);                                                   \
    __asm volatile("adr r2, 1f\n orr r2, r2, #1\n bic r2, r2, #1\n str r2, [%2]\n" instruction \
                   "\n .align 2\n 1:\n nop\n"                                                  \
                   : "+r"(r0_), "+r"(r1_)                                                      \
                   : "r"(&resume_at)                                                           \
                   : "r2", "r3", "memory", "cc");                                              \
  } while (0)

static void All(void) {
  FAULTING("undefined", "udf #1", 0, 0);
  FAULTING("undefined 32 bit", "udf.w #1", 0, 0);
  FAULTING("load from nowhere", "ldr r0, [r1]", 0, 0x60000000);
  FAULTING("byte store to nowhere", "strb r0, [r1]", 0, 0x60000003);
  FAULTING("multiple from nowhere", "ldm r1, {r0, r3}", 0, 0x60000000);
  FAULTING("unaligned multiple", "ldm r1, {r0, r3}", 0, 0x38000002);
  FAULTING("unaligned double", "ldrd r0, r3, [r1]", 0, 0x38000002);
  FAULTING("unaligned exclusive", "ldrex r0, [r1]", 0, 0x38000002);
  FAULTING("branch to even address", "blx r1", 0, 0x10000100);
  CCR |= 1u << 4;
  Barrier();
  FAULTING("divide by zero", "udiv r0, r0, r1", 5, 0);
  CCR &= ~(1u << 4);
  CCR |= 1u << 3;
  Barrier();
  FAULTING("unaligned word with trap", "ldr r0, [r1]", 0, 0x38000002);
  FAULTING("unaligned halfword with trap", "strh r0, [r1]", 0, 0x38000001);
  CCR &= ~(1u << 3);
  CPACR = 0;
  Barrier();
  FAULTING("no coprocessor", "vmov s0, r0", 0, 0);
  CPACR = 0x00F00000;
  Barrier();
  FAULTING("coprocessor 5", "mrc p5, 0, r0, c0, c0, 0", 0, 0);
}

int main(void) {
  Put("escalated\n");
  All();
  SHCSR = 1u << 18 | 1u << 17 | 1u << 16;
  Barrier();
  Put("enabled\n");
  All();
  Put("masked by priority\n");
  SHPR(5) = 0x80;
  WRITE_SPECIAL("basepri", 0x40);
  FAULTING("load from nowhere", "ldr r0, [r1]", 0, 0x60000000);
  WRITE_SPECIAL("basepri", 0);
  WRITE_SPECIAL("faultmask", 0);
  SHPR(5) = 0;
  Put("svc masked\n");
  WRITE_SPECIAL("primask", 1);
  FAULTING("svc under primask", "svc 0", 0, 0);
  WRITE_SPECIAL("primask", 0);
  PutHex("division without trap", 0);
  return 0;
}
