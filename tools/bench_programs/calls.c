/* Calls upon calls: Fibonacci numbers by their definition. */
volatile unsigned result;

__attribute__((noinline)) static unsigned Fibonacci(unsigned n) {
  return n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);
}

void Work(void) { result = Fibonacci(20); }
