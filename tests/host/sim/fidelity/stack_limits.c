/* MSPLIM and PSPLIM: which instructions and entries check, what is reported, what is left untouched. */
#include "core.h"

static volatile uint32_t resume_at, resume_sp;

NAKED_HANDLER(UsageFault)
static void UsageFaultBody(struct Frame* frame, uint32_t exc_return) {
  PutHex("usagefault exc_return", exc_return);
  PutHex("cfsr", CFSR);
  PutHex("psp from start", READ_SPECIAL("psp") - resume_sp);
  CFSR = 0xFFFFFFFF;
  frame->pc = resume_at;
}

static uint32_t process_stack[128] __attribute__((aligned(8)));

#define LIMITED(title, instruction)                                                                       \
  do {                                                                                                    \
    Put("-- " title "\n");                                                                                \
    WRITE_SPECIAL("psp", (uint32_t)(process_stack + 72));                                                 \
    resume_sp = (uint32_t)(process_stack + 72);                                                           \
    WRITE_SPECIAL("control", 2);                                                                          \
    __asm volatile("adr r2, 1f\n str r2, [%0]\n" instruction "\n .align 2\n 1:\n nop\n" ::"r"(&resume_at) \
                   : "r2", "r3", "memory", "cc");                                                         \
    WRITE_SPECIAL("control", 0);                                                                          \
    PutHex("psp moved", READ_SPECIAL("psp") - resume_sp);                                                 \
  } while (0)

int main(void) {
  SHCSR = 1u << 18;
  WRITE_SPECIAL("psplim", (uint32_t)(process_stack + 64));
  PutHex("limit offset", READ_SPECIAL("psplim") - (uint32_t)process_stack);
  WRITE_SPECIAL("psplim", (uint32_t)(process_stack + 64) + 5);
  PutHex("low bits read as zero", READ_SPECIAL("psplim") - (uint32_t)process_stack);
  PutHex("msplim at start", READ_SPECIAL("msplim"));
  LIMITED("push within", "push {r0, r1}\n pop {r0, r1}");
  LIMITED("sub beyond", "sub sp, #64");
  LIMITED("push beyond", "push {r0-r7, lr}");
  LIMITED("push beyond by one", "sub sp, #28\n push {r0, r1}");
  LIMITED("store with write back beyond", "str r0, [sp, #-40]!");
  return 0;
}
