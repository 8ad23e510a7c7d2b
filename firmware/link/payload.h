// Reads and writes the fields of a payload: little-endian, and never past its end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace serial_link {

inline uint16_t LoadU16(const uint8_t* bytes) {
  return static_cast<uint16_t>(bytes[0] | static_cast<unsigned>(bytes[1]) << 8);
}

inline uint32_t LoadU32(const uint8_t* bytes) {
  return LoadU16(bytes) | static_cast<uint32_t>(LoadU16(bytes + 2)) << 16;
}

inline void StoreU32(uint8_t* bytes, uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<uint8_t>(value >> 8 * i);
}

// What is missing reads as 0, and ok() is false from then on.
class PayloadReader {
 public:
  PayloadReader(const uint8_t* bytes, size_t count) : bytes_(bytes), count_(count) {}

  uint8_t U8() { return static_cast<uint8_t>(Unsigned(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Unsigned(2)); }
  uint32_t U32() { return Unsigned(4); }

  // The next `count` bytes; nullptr when there are fewer.
  const uint8_t* Bytes(size_t count) {
    if (!ok_ || count > count_) {
      ok_ = false;
      return nullptr;
    }
    const uint8_t* bytes = bytes_;
    bytes_ += count;
    count_ -= count;
    return bytes;
  }

  size_t left() const { return count_; }
  bool ok() const { return ok_; }
  // All read, and nothing was missing.
  bool Complete() const { return ok_ && count_ == 0; }

 private:
  uint32_t Unsigned(size_t size) {
    const uint8_t* bytes = Bytes(size);
    uint32_t value = 0;
    for (size_t i = 0; bytes != nullptr && i < size; ++i) value |= uint32_t{bytes[i]} << 8 * i;
    return value;
  }

  const uint8_t* bytes_;
  size_t count_;
  bool ok_ = true;
};

// What has no space is left out, and ok() is false from then on.
class PayloadWriter {
 public:
  PayloadWriter(uint8_t* bytes, size_t capacity) : bytes_(bytes), capacity_(capacity) {}

  void U8(uint8_t value) { Unsigned(value, 1); }
  void U16(uint16_t value) { Unsigned(value, 2); }
  void U32(uint32_t value) { Unsigned(value, 4); }
  void I32(int32_t value) { Unsigned(static_cast<uint32_t>(value), 4); }
  void U64(uint64_t value) {
    U32(static_cast<uint32_t>(value));
    U32(static_cast<uint32_t>(value >> 32));
  }
  void F32(float value) {
    uint32_t bits = 0;
    static_assert(sizeof(bits) == sizeof(value));
    std::memcpy(&bits, &value, sizeof(bits));
    U32(bits);
  }

  void Bytes(const void* bytes, size_t count) {
    if (count > space()) {
      ok_ = false;
      return;
    }
    if (count > 0) std::memcpy(bytes_ + size_, bytes, count);
    size_ += count;
  }

  // Without its end mark; cut after `limit` bytes.
  void Text(const char* text, size_t limit) { Bytes(text, std::min(std::strlen(text), limit)); }

  // A length of one byte, then the text, cut after 255 bytes.
  void CountedText(const char* text) {
    const size_t length = std::min<size_t>(std::strlen(text), 255);
    U8(static_cast<uint8_t>(length));
    Bytes(text, length);
  }

  // Where the next byte goes: up to space() may be written there, and are part of the payload after Take.
  uint8_t* end() { return bytes_ + size_; }
  void Take(size_t count) { size_ += std::min(count, space()); }

  // Leaves of what has been written only `count` bytes from `offset` on, as far as there are so many.
  void Cut(size_t offset, size_t count) {
    const size_t from = std::min(offset, size_);
    size_ = std::min(count, size_ - from);
    std::memmove(bytes_, bytes_ + from, size_);
  }

  void Clear() {
    size_ = 0;
    ok_ = true;
  }

  size_t size() const { return size_; }
  size_t space() const { return capacity_ - size_; }
  bool ok() const { return ok_; }

 private:
  void Unsigned(uint32_t value, size_t size) {
    uint8_t bytes[4];
    StoreU32(bytes, value);
    Bytes(bytes, size);
  }

  uint8_t* bytes_;
  size_t capacity_;
  size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace serial_link
