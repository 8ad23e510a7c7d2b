/* Floating point and exceptions: FPCA, EXC_RETURN.FType, lazy stacking as software can see it, FPSCR. */
#include "core.h"

static uint32_t handler_uses_float;

static float Read(float value) {
  float result;
  __asm volatile("vmov.f32 %0, %1" : "=t"(result) : "t"(value));
  return result;
}

NAKED_HANDLER(SVCall)
static void SVCallBody(struct Frame* frame, uint32_t exc_return) {
  uint32_t* extended = (uint32_t*)(frame + 1); /* S0..S15, FPSCR, reserved */
  const uint32_t has_frame = !(exc_return & 16);
  PutHex("exc_return", exc_return);
  PutHex("control", READ_SPECIAL("control"));
  PutHex("fpccr lazy active", FPCCR & 1);
  if (has_frame) PutHex("fpcar offset", FPCAR - (uint32_t)extended);
  if (handler_uses_float) {
    (void)Read(2.0f);
    PutHex("control after use", READ_SPECIAL("control"));
    PutHex("fpccr lazy active after use", FPCCR & 1);
    if (has_frame) {
      PutHex("stacked s0", extended[0]);
      PutHex("stacked s15", extended[15]);
      PutHex("stacked fpscr", extended[16]);
    }
    __asm volatile(
        "vmov.f32 s0, #3.0\n vmov.f32 s15, #4.0\n vmrs r0, fpscr\n eor r0, #0x10\n vmsr fpscr, r0" ::
            : "r0", "s0", "s15");
    uint32_t fpscr;
    __asm volatile("vmrs %0, fpscr" : "=r"(fpscr));
    PutHex("handler fpscr", fpscr);
  }
}

static void Svc(const char* title, uint32_t uses) {
  uint32_t s0, s15, s16, fpscr;
  handler_uses_float = uses;
  Put(title);
  __asm volatile(
      "mov r0, #0x02400000\n vmsr fpscr, r0\n" /* DN and a rounding mode */
      "vmov.f32 s0, #1.0\n vmov.f32 s15, #1.5\n vmov.f32 s16, #2.5\n"
      "svc 0\n"
      "vmov %0, s0\n vmov %1, s15\n vmov %2, s16\n vmrs %3, fpscr\n mov r0, #0\n vmsr fpscr, r0\n"
      : "=r"(s0), "=r"(s15), "=r"(s16), "=r"(fpscr)::"r0", "s0", "s15", "s16", "memory");
  PutHex("s0", s0);
  PutHex("s15", s15);
  PutHex("s16", s16);
  PutHex("fpscr", fpscr);
  PutHex("control", READ_SPECIAL("control"));
}

int main(void) {
  PutHex("fpccr", FPCCR & 0xC0000001);
  PutHex("control at start", READ_SPECIAL("control"));
  handler_uses_float = 0;
  Put("no context\n");
  __asm volatile("svc 0");
  Svc("lazy, handler without floats\n", 0);
  Svc("lazy, handler with floats\n", 1);
  FPCCR &= ~(1u << 30);
  Barrier();
  Svc("eager, handler without floats\n", 0);
  Svc("eager, handler with floats\n", 1);
  FPCCR &= ~(3u << 30);
  WRITE_SPECIAL("control", 0);
  Svc("no automatic state\n", 0);
  FPCCR |= 3u << 30;
  FPDSCR = 0x01000000; /* flush to zero by default */
  WRITE_SPECIAL("control", 0);
  Barrier();
  uint32_t fpscr;
  __asm volatile("vmrs %0, fpscr" : "=r"(fpscr));
  PutHex("fpscr of a new context", fpscr);
  PutHex("control", READ_SPECIAL("control"));
  return 0;
}
