// The conversions of printf that messages of the runtime use, without the C library's, which needs a heap.
#pragma once

#include <cstdarg>

#include "app/text.h"

namespace app {

// Writes `format` with %d %i %u %x %X %p %c %s %% and the length modifiers hh h l ll z t j. Flags, width and
// precision are accepted and ignored; any other conversion ends the message with the rest of the format as it
// is, since the size of its argument is unknown.
void Format(Text& text, const char* format, va_list arguments);

}  // namespace app
