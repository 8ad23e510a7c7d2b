// Where in the arena each buffer lies: buffers that are never needed at the same time may share bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace earshot {

// A buffer that is needed from operator `first_use` to operator `last_use`, both included.
struct PlannedBuffer {
  size_t bytes;  // a multiple of the arena's alignment
  int32_t first_use;
  int32_t last_use;
  size_t offset;           // the result, from the start of the planned memory
  int32_t next_by_offset;  // the planner's own
};

// Sets the offset of each of `count` buffers: largest first, each at the lowest place that is free during its
// life. Returns the bytes that all of them take.
size_t PlanMemory(PlannedBuffer* buffers, size_t count);

}  // namespace earshot
