// What the host sent, sent back: in ASCII, since a runner that decodes UTF-8 trips over anything else.
#pragma once

#include <string_view>

#include "app/text.h"

namespace app::benchmark {

// Puts `received` with a question mark for each character that is not printable ASCII.
inline void PutPrintable(Text& text, std::string_view received) {
  for (const char character : received) text.Put(character >= ' ' && character <= '~' ? character : '?');
}

}  // namespace app::benchmark
