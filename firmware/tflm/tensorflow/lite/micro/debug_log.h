// Where the runtime's messages go: every platform supplies this function.
#pragma once

#include <cstdarg>

extern "C" void DebugLog(const char* format, va_list args);
