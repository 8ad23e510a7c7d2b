/* What the fidelity programs share: output by semihosting, registers of the Armv8-M system, handlers. */
#pragma once

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define ICSR REGISTER(0xE000ED04)
#define AIRCR REGISTER(0xE000ED0C)
#define CCR REGISTER(0xE000ED14)
#define SHPR2 REGISTER(0xE000ED1C)
#define SHPR3 REGISTER(0xE000ED20)
#define SHCSR REGISTER(0xE000ED24)
#define CFSR REGISTER(0xE000ED28)
#define HFSR REGISTER(0xE000ED2C)
#define MMFAR REGISTER(0xE000ED34)
#define BFAR REGISTER(0xE000ED38)
#define CPACR REGISTER(0xE000ED88)
#define FPCCR REGISTER(0xE000EF34)
#define FPCAR REGISTER(0xE000EF38)
#define FPDSCR REGISTER(0xE000EF3C)
#define NVIC_ISER0 REGISTER(0xE000E100)
#define NVIC_ICER0 REGISTER(0xE000E180)
#define NVIC_ISPR0 REGISTER(0xE000E200)
#define NVIC_ICPR0 REGISTER(0xE000E280)
#define NVIC_IABR0 REGISTER(0xE000E300)
#define NVIC_IPR(n) (*(volatile uint8_t*)(0xE000E400 + (n)))
#define SHPR(n) (*(volatile uint8_t*)(0xE000ED18 - 4 + (n))) /* n: exception number, 4..15 */
#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)

enum { SVCALL = 11, PENDSV = 14, SYSTICK = 15 };

/* A program is main() and the handlers that it overrides (start.c has weak ones that print and end). */
int main(void);
void Put(const char* text);
void PutHex(const char* name, uint32_t value);
void End(void) __attribute__((noreturn));

static inline void Barrier(void) { __asm volatile("dsb\n isb" ::: "memory"); }
#define READ_SPECIAL(name)                      \
  __extension__({                               \
    uint32_t v_;                                \
    __asm volatile("mrs %0, " name : "=r"(v_)); \
    v_;                                         \
  })
#define WRITE_SPECIAL(name, value) __asm volatile("msr " name ", %0\n isb" ::"r"(value) : "memory")

/* The frame that exception entry stacks; NAKED_HANDLER(name) calls name##Body(frame, exc_return). */
struct Frame {
  uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};
#define NAKED_HANDLER(name)                                                                  \
  __attribute__((used)) static void name##Body(struct Frame* frame, uint32_t exc_return);    \
  __attribute__((naked)) void name(void) {                                                   \
    __asm volatile(                                                                          \
        "tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n mov r1, lr\n push {r3, lr}\n" \
        "bl " #name "Body\n pop {r3, pc}\n");                                                \
  }
