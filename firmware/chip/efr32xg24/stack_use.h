// How much of the stack has been used: start-up paints it, and what has lost its paint was used.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chip {

inline constexpr uint32_t kStackPaint = 0xC5A3'5C3A;
// Left out below the painter's frame pointer: its caller's and its own frame.
inline constexpr size_t kUnpaintedWords = 32;

// Bytes of the stack [limit, top) that have been used; a push of the paint itself at the very end counts as
// none.
inline size_t UsedStack(const uint32_t* limit, const uint32_t* top) {
  while (limit != top && *limit == kStackPaint) ++limit;
  return static_cast<size_t>(top - limit) * sizeof *limit;
}

}  // namespace chip
