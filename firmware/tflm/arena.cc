// One block of memory handed out from both ends.
#include "arena.h"

#include <cstring>

namespace earshot {
namespace {

uint8_t* AlignPointerUp(uint8_t* pointer, size_t alignment) {
  const auto address = reinterpret_cast<uintptr_t>(pointer);
  return pointer + (AlignUp(address, alignment) - address);
}

}  // namespace

Arena::Arena(uint8_t* memory, size_t size) : start_(memory), end_(memory), bottom_(memory), top_(memory) {
  const auto address = reinterpret_cast<uintptr_t>(memory);
  const size_t lead = AlignUp(address, kArenaAlignment) - address;
  if (memory == nullptr || lead > size) return;
  start_ = memory + lead;
  end_ = start_ + (size - lead) / kArenaAlignment * kArenaAlignment;
  bottom_ = start_;
  top_ = end_;
}

void* Arena::AllocatePersistent(size_t bytes, size_t alignment) {
  const auto persistent = static_cast<size_t>(end_ - top_);
  if (bytes > SIZE_MAX / 4) return nullptr;
  // end_ is 16-byte aligned, so a distance from it is as aligned as the address.
  const size_t persistent_after = AlignUp(persistent + bytes, alignment);
  if (!Record(static_cast<size_t>(bottom_ - start_), persistent_after)) return nullptr;
  top_ = end_ - persistent_after;
  std::memset(top_, 0, bytes);
  return top_;
}

void* Arena::AllocateTemporary(size_t bytes, size_t alignment) {
  if (bytes > SIZE_MAX / 4 || alignment > SIZE_MAX / 4) return nullptr;
  const size_t lead = static_cast<size_t>(AlignPointerUp(bottom_, alignment) - bottom_);
  const size_t bottom_after = static_cast<size_t>(bottom_ - start_) + lead + bytes;
  if (!Record(bottom_after, static_cast<size_t>(end_ - top_))) return nullptr;
  uint8_t* allocated = bottom_ + lead;
  bottom_ = start_ + bottom_after;
  return allocated;
}

uint8_t* Arena::ReserveTensors(size_t bytes) {
  return static_cast<uint8_t*>(AllocateTemporary(bytes, kArenaAlignment));
}

bool Arena::Record(size_t bottom_bytes, size_t top_bytes) {
  const size_t needed = AlignUp(bottom_bytes + top_bytes, kArenaAlignment);
  if (needed > size()) {
    if (refused_bytes_ == 0) refused_bytes_ = needed;
    return false;
  }
  if (needed > used_bytes_) used_bytes_ = needed;
  return true;
}

}  // namespace earshot
