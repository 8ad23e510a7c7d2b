// Where in the arena each buffer lies: buffers that are never needed at the same time may share bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace earshot {

inline constexpr int32_t kNoBuffer = -1;
inline constexpr size_t kAnywhere = SIZE_MAX;

// A buffer that is needed from operator `first_use` to operator `last_use`, both included.
struct PlannedBuffer {
  size_t bytes;  // a multiple of the arena's alignment
  int32_t first_use;
  int32_t last_use;
  // The buffer that may overwrite this one although both are needed, as long as this one starts `lead` bytes
  // or more above its start; kNoBuffer when there is none. `lead` is a multiple of the alignment.
  int32_t overwriter = kNoBuffer;
  size_t lead = 0;
  size_t offset = kAnywhere;   // from the start of the planned memory
  int32_t next_by_offset = 0;  // the planner's own
};

// Whether two of `buffers`, with the offsets that they have, can both do their work.
[[nodiscard]] bool Coexist(const PlannedBuffer* buffers, int32_t a, int32_t b);

// Sets the offset of each of `count` buffers that has none yet: largest first, each at the lowest place where
// it coexists with all before. Returns the bytes that all of them take.
size_t PlanMemory(PlannedBuffer* buffers, size_t count);

}  // namespace earshot
