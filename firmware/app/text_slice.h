// A serial line that keeps a part of what is written to it, for texts that are read piece by piece.
#pragma once

#include <cstddef>
#include <cstring>

#include "port/serial.h"

namespace app {

class TextSlice final : public port::Serial {
 public:
  // Keeps the bytes from `offset` on, as many as fit `bytes` [capacity].
  TextSlice(size_t offset, char* bytes, size_t capacity)
      : skip_(offset), bytes_(bytes), capacity_(capacity) {}

  void Write(const char* bytes, size_t count) override {
    const size_t skipped = skip_ < count ? skip_ : count;
    skip_ -= skipped;
    const size_t left = count - skipped;
    const size_t kept = left < capacity_ - size_ ? left : capacity_ - size_;
    if (kept > 0) std::memcpy(bytes_ + size_, bytes + skipped, kept);
    size_ += kept;
  }

  int Read() override { return -1; }

  size_t size() const { return size_; }

 private:
  size_t skip_;
  char* bytes_;
  size_t capacity_;
  size_t size_ = 0;
};

}  // namespace app
