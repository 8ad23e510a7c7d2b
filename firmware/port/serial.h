// What a platform supplies to talk to a person: bytes in, bytes out.
#pragma once

#include <cstddef>

namespace port {

class Serial {
 public:
  // Writes all bytes, waiting for the line where it must.
  virtual void Write(const char* bytes, size_t count) = 0;

  // Returns the next received byte (0..255), or -1 when none is waiting. Never blocks.
  virtual int Read() = 0;

 protected:
  ~Serial() = default;
};

}  // namespace port
