// Messages of the runtime to a person.
#pragma once

#include <cstdarg>

// Formats one message, adds a line end, and passes both to DebugLog.
[[gnu::format(printf, 1, 2)]] void MicroPrintf(const char* format, ...);
void VMicroPrintf(const char* format, va_list args);
