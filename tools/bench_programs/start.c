/* Vector table of the programs of the group sim. None initialises data: `Work` writes before it reads. */
extern unsigned stack_top;

void Work(void);

/* Opens the floating-point unit first (CPACR), as the firmware does. */
void Reset(void) {
  *(volatile unsigned *)0xE000ED88 = 0xF << 20;
  __asm volatile("dsb\n isb");
  for (;;) Work();
}

static void Stop(void) {
  for (;;) {
  }
}

static void Return(void) {}

__attribute__((section(".vectors"), used)) static void *const kVectors[16] = {
    &stack_top, Reset, Stop, Stop, Stop, Stop, Stop, 0, 0, 0, 0, Stop, Stop, 0, Stop, Return};
