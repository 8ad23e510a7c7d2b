// Greedy memory planner: sort by size, then first fit.
#include "memory_planner.h"

namespace earshot {
namespace {

bool LiveTogether(const PlannedBuffer& a, const PlannedBuffer& b) {
  return a.first_use <= b.last_use && b.first_use <= a.last_use;
}

// From the start of `lower` to the start of `upper`, which live together.
size_t LeastDistance(const PlannedBuffer* buffers, int32_t lower, int32_t upper) {
  const size_t bytes = buffers[lower].bytes;
  const bool in_place = buffers[upper].overwriter == lower && buffers[upper].lead < bytes;
  return in_place ? buffers[upper].lead : bytes;
}

// The largest buffer without a place (the first of equals), or kNoBuffer.
int32_t LargestUnplaced(const PlannedBuffer* buffers, size_t count) {
  int32_t largest = kNoBuffer;
  for (size_t i = 0; i < count; ++i) {
    if (buffers[i].offset != kAnywhere) continue;
    if (largest == kNoBuffer || buffers[i].bytes > buffers[largest].bytes) largest = static_cast<int32_t>(i);
  }
  return largest;
}

// The lowest offset at which buffer `index` coexists with those placed. One that it passed below, as it may
// in place, counts again when another has moved it up.
size_t FirstFit(const PlannedBuffer* buffers, int32_t first_placed, int32_t index) {
  const PlannedBuffer& buffer = buffers[index];
  size_t offset = 0;
  bool passed_below = false;
  int32_t i = first_placed;
  while (i != kNoBuffer && offset + buffer.bytes > buffers[i].offset) {
    const PlannedBuffer& other = buffers[i];
    const int32_t here = i;
    i = other.next_by_offset;
    if (!LiveTogether(other, buffer)) continue;
    if (offset + LeastDistance(buffers, index, here) <= other.offset) {
      passed_below = true;
      continue;
    }
    const size_t above = other.offset + LeastDistance(buffers, here, index);
    if (above <= offset) continue;
    offset = above;
    if (passed_below) i = first_placed;
    passed_below = false;
  }
  return offset;
}

// Inserts buffer `index` into the list of placed buffers, which ascends by offset.
void Link(PlannedBuffer* buffers, int32_t* first_placed, int32_t index) {
  int32_t* link = first_placed;
  while (*link != kNoBuffer && buffers[*link].offset <= buffers[index].offset) {
    link = &buffers[*link].next_by_offset;
  }
  buffers[index].next_by_offset = *link;
  *link = index;
}

}  // namespace

bool Coexist(const PlannedBuffer* buffers, int32_t a, int32_t b) {
  return !LiveTogether(buffers[a], buffers[b]) ||
         buffers[a].offset + LeastDistance(buffers, a, b) <= buffers[b].offset ||
         buffers[b].offset + LeastDistance(buffers, b, a) <= buffers[a].offset;
}

size_t PlanMemory(PlannedBuffer* buffers, size_t count) {
  int32_t first_placed = kNoBuffer;
  for (size_t i = 0; i < count; ++i) {
    if (buffers[i].offset != kAnywhere) Link(buffers, &first_placed, static_cast<int32_t>(i));
  }
  for (int32_t i = LargestUnplaced(buffers, count); i != kNoBuffer; i = LargestUnplaced(buffers, count)) {
    buffers[i].offset = FirstFit(buffers, first_placed, i);
    Link(buffers, &first_placed, i);
  }
  size_t total = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t end = buffers[i].offset + buffers[i].bytes;
    if (end > total) total = end;
  }
  return total;
}

}  // namespace earshot
