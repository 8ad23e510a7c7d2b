// One block of memory handed out from both ends: what lasts from the top, what does not from the bottom.
#pragma once

#include <cstddef>
#include <cstdint>

namespace earshot {

inline constexpr size_t kArenaAlignment = 16;

constexpr size_t AlignUp(size_t value, size_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

class Arena {
 public:
  // Uses the 16-byte aligned part of `size` bytes at `memory`.
  Arena(uint8_t* memory, size_t size);

  // Memory that stays, taken from the top; zeroed. `alignment`: a power of two up to 16.
  // nullptr when it does not fit.
  void* AllocatePersistent(size_t bytes, size_t alignment = kArenaAlignment);
  template <typename T>
  T* AllocatePersistentArray(size_t count) {
    return count > SIZE_MAX / sizeof(T) ? nullptr
                                        : static_cast<T*>(AllocatePersistent(count * sizeof(T), alignof(T)));
  }

  // Memory until ReleaseTemporary, taken from the bottom; not initialized. nullptr when it does not fit.
  void* AllocateTemporary(size_t bytes, size_t alignment = kArenaAlignment);
  template <typename T>
  T* AllocateTemporaryArray(size_t count) {
    return count > SIZE_MAX / sizeof(T) ? nullptr
                                        : static_cast<T*>(AllocateTemporary(count * sizeof(T), alignof(T)));
  }
  void ReleaseTemporary() { bottom_ = start_; }

  // Keeps `bytes` at the bottom for the tensors; temporary memory must have been released. nullptr when it
  // does not fit.
  uint8_t* ReserveTensors(size_t bytes);

  // The first byte of what AllocatePersistent has given so far.
  const uint8_t* persistent() const { return top_; }

  // The size of the smallest arena, 16-byte aligned, in which the calls so far would have succeeded.
  size_t used_bytes() const { return used_bytes_; }
  size_t size() const { return static_cast<size_t>(end_ - start_); }

  // The size that the first refused call would have needed; 0 when none was refused.
  size_t refused_bytes() const { return refused_bytes_; }

 private:
  bool Record(size_t bottom_bytes, size_t top_bytes);

  uint8_t* start_;
  uint8_t* end_;
  uint8_t* bottom_;  // first byte above temporary memory and tensors
  uint8_t* top_;     // first byte of persistent memory
  size_t used_bytes_ = 0;
  size_t refused_bytes_ = 0;
};

}  // namespace earshot
