// What a platform supplies to talk to a person: bytes in, bytes out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace port {

class Serial {
 public:
  // Writes all bytes, waiting for the line where it must.
  virtual void Write(const char* bytes, size_t count) = 0;

  // Returns the next received byte (0..255), or -1 when none is waiting. Never blocks.
  virtual int Read() = 0;

  // Reads what is waiting, at most `capacity` bytes; returns how many.
  virtual size_t ReadWaiting(uint8_t* bytes, size_t capacity) {
    size_t count = 0;
    for (int byte = 0; count < capacity && (byte = Read()) >= 0; ++count) {
      bytes[count] = static_cast<uint8_t>(byte);
    }
    return count;
  }

 protected:
  ~Serial() = default;
};

}  // namespace port
