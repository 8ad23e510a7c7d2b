/* A compute loop: dot products of bytes in RAM, as an integer kernel without the accelerator does them. */
#include <stdint.h>

enum { SIZE = 1024 };

static int8_t a[SIZE], b[SIZE];
volatile int32_t result;

void Work(void) {
  for (int i = 0; i < SIZE; ++i) {
    a[i] = (int8_t)(i * 7);
    b[i] = (int8_t)(i * 13);
  }
  for (int round = 0; round < 1000; ++round) {
    int32_t sum = round;
    for (int i = 0; i < SIZE; ++i) sum += a[i] * b[i];
    result = sum;
  }
}
