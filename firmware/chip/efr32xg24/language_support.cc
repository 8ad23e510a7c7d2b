// What the C++ runtime asks for at link time, without its heap, unwinder and I/O.
#include <cstddef>
#include <new>

#include "chip/efr32xg24/fault.h"

// No static object is ever destroyed, for main does not return.
extern "C" {
void* __dso_handle = nullptr;
int __aeabi_atexit(void*, void (*)(void*), void*) { return 0; }

// UDF raises a UsageFault, whose record shows where the program gave up.
[[noreturn]] void abort() {
  while (true) __asm volatile("udf #0");
}
[[noreturn]] void __cxa_pure_virtual() { abort(); }
[[noreturn]] void __assert_func(const char* file, int line, const char*, const char* expression) {
  chip::FailAssertion(file, line, expression);
}
}

// Virtual destructors name these even where nothing is ever deleted.
void operator delete(void*) noexcept { abort(); }
void operator delete(void*, size_t) noexcept { abort(); }
void operator delete(void*, std::align_val_t) noexcept { abort(); }
void operator delete(void*, size_t, std::align_val_t) noexcept { abort(); }
