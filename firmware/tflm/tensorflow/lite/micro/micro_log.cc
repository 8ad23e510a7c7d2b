// Messages of the runtime to a person.
#include "tensorflow/lite/micro/micro_log.h"

#include "tensorflow/lite/micro/debug_log.h"

void VMicroPrintf(const char* format, va_list args) {
  va_list unused;
  va_copy(unused, args);
  DebugLog(format, args);
  DebugLog("\r\n", unused);
  va_end(unused);
}

void MicroPrintf(const char* format, ...) {
  va_list args;
  va_start(args, format);
  VMicroPrintf(format, args);
  va_end(args);
}
