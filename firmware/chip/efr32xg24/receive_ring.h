// Received bytes between the interrupt handler, which alone pushes, and the program, which alone pops.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace chip {

class ReceiveRing {
 public:
  // Three of the link's longest frames (1039 bytes), or 44 ms of input at 921600 baud: the host may send two
  // while one is being served.
  static constexpr uint32_t kCapacity = 4096;

  // False, and the byte is lost, when the ring is full.
  bool Push(uint8_t byte) {
    const uint32_t head = head_.load(std::memory_order_relaxed);
    if (head - tail_.load(std::memory_order_acquire) == kCapacity) return false;
    bytes_[head % kCapacity] = byte;
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  // The oldest byte, or -1 when there is none.
  int Pop() {
    const uint32_t tail = tail_.load(std::memory_order_relaxed);
    if (tail == head_.load(std::memory_order_acquire)) return -1;
    const uint8_t byte = bytes_[tail % kCapacity];
    tail_.store(tail + 1, std::memory_order_release);
    return byte;
  }

  // The oldest bytes, at most `capacity`; returns how many.
  size_t PopSome(uint8_t* bytes, size_t capacity) {
    const uint32_t tail = tail_.load(std::memory_order_relaxed);
    const uint32_t waiting = head_.load(std::memory_order_acquire) - tail;
    const uint32_t count = waiting < capacity ? waiting : static_cast<uint32_t>(capacity);
    for (uint32_t i = 0; i < count; ++i) bytes[i] = bytes_[(tail + i) % kCapacity];
    tail_.store(tail + count, std::memory_order_release);
    return count;
  }

  bool Empty() const {
    return tail_.load(std::memory_order_relaxed) == head_.load(std::memory_order_acquire);
  }

 private:
  static_assert(kCapacity != 0 && (kCapacity & (kCapacity - 1)) == 0, "indices wrap at 2^32");

  std::array<uint8_t, kCapacity> bytes_{};
  std::atomic<uint32_t> head_{0};
  std::atomic<uint32_t> tail_{0};
};

}  // namespace chip
