/* Exception entry and return: stacked words, alignment, EXC_RETURN, IPSR, both stacks, privilege. */
#include "core.h"

NAKED_HANDLER(SVCall)
static void SVCallBody(struct Frame* frame, uint32_t exc_return) {
  PutHex("svc exc_return", exc_return);
  PutHex("svc ipsr", READ_SPECIAL("ipsr"));
  PutHex("svc r0", frame->r0);
  PutHex("svc r1", frame->r1);
  PutHex("svc r2", frame->r2);
  PutHex("svc r3", frame->r3);
  PutHex("svc r12", frame->r12);
  PutHex("svc lr", frame->lr);
  PutHex("svc pc step", frame->pc - (frame->lr & ~1u));
  PutHex("svc xpsr", frame->xpsr);
  PutHex("svc frame alignment", (uint32_t)frame & 7);
  PutHex("svc control", READ_SPECIAL("control"));
  frame->r0 = 0x600D;
  WRITE_SPECIAL("control", READ_SPECIAL("control") & ~1u);
}

/* Known registers and flags at the SVC, with the stack at 8n + `skew` bytes. */
__attribute__((naked)) static uint32_t CallSvc(uint32_t skew) {
  (void)skew;
  __asm volatile(
      "push {r4, r5, r6, lr}\n mov r4, sp\n sub sp, sp, r0\n"
      "movs r5, #0\n subs r5, r5, #1\n" /* N set */
      "movs r0, #16\n movs r1, #17\n movs r2, #18\n movs r3, #19\n mov r12, #28\n adr lr, 1f\n orr lr, lr, "
      "#1\n"
      "cmp r5, #0\n"
      "1: svc 7\n"
      "mov sp, r4\n pop {r4, r5, r6, pc}\n");
}

static uint32_t process_stack[64] __attribute__((aligned(8)));

int main(void) {
  PutHex("returned", CallSvc(0));
  PutHex("returned", CallSvc(4));
  WRITE_SPECIAL("psp", (uint32_t)(process_stack + 64));
  WRITE_SPECIAL("control", 2);
  PutHex("control", READ_SPECIAL("control"));
  PutHex("returned", CallSvc(0));
  WRITE_SPECIAL("control", 3); /* unprivileged: output waits until the handler gave the privilege back */
  const uint32_t control = READ_SPECIAL("control");
  const uint32_t result = CallSvc(4);
  PutHex("unprivileged control", control);
  PutHex("unprivileged returned", result);
  WRITE_SPECIAL("control", 0); /* main returns on the stack it was called on */
  return 0;
}
