// Greedy memory planner: sort by size, then first fit.
#include "memory_planner.h"

namespace earshot {
namespace {

constexpr size_t kUnplaced = SIZE_MAX;
constexpr int32_t kEnd = -1;

bool LiveTogether(const PlannedBuffer& a, const PlannedBuffer& b) {
  return a.first_use <= b.last_use && b.first_use <= a.last_use;
}

// The largest buffer without a place (the first of equals), or kEnd.
int32_t LargestUnplaced(const PlannedBuffer* buffers, size_t count) {
  int32_t largest = kEnd;
  for (size_t i = 0; i < count; ++i) {
    if (buffers[i].offset != kUnplaced) continue;
    if (largest == kEnd || buffers[i].bytes > buffers[largest].bytes) largest = static_cast<int32_t>(i);
  }
  return largest;
}

// The lowest offset at which `buffer` touches no placed buffer that lives at the same time.
size_t FirstFit(const PlannedBuffer* buffers, int32_t first_placed, const PlannedBuffer& buffer) {
  size_t offset = 0;
  for (int32_t i = first_placed; i != kEnd; i = buffers[i].next_by_offset) {
    if (!LiveTogether(buffers[i], buffer)) continue;
    if (offset + buffer.bytes <= buffers[i].offset) break;
    const size_t end = buffers[i].offset + buffers[i].bytes;
    if (end > offset) offset = end;
  }
  return offset;
}

// Inserts buffer `index` into the list of placed buffers, which ascends by offset.
void Link(PlannedBuffer* buffers, int32_t* first_placed, int32_t index) {
  int32_t* link = first_placed;
  while (*link != kEnd && buffers[*link].offset <= buffers[index].offset)
    link = &buffers[*link].next_by_offset;
  buffers[index].next_by_offset = *link;
  *link = index;
}

}  // namespace

size_t PlanMemory(PlannedBuffer* buffers, size_t count) {
  for (size_t i = 0; i < count; ++i) buffers[i].offset = kUnplaced;
  size_t total = 0;
  int32_t first_placed = kEnd;
  for (int32_t i = LargestUnplaced(buffers, count); i != kEnd; i = LargestUnplaced(buffers, count)) {
    buffers[i].offset = FirstFit(buffers, first_placed, buffers[i]);
    Link(buffers, &first_placed, i);
    const size_t end = buffers[i].offset + buffers[i].bytes;
    if (end > total) total = end;
  }
  return total;
}

}  // namespace earshot
