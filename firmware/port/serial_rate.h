// What a platform supplies to change the rate of its serial line, and to tell how well it goes.
#pragma once

#include <cstdint>

namespace port {

class SerialRate {
 public:
  // Whether the line can run at `baud` with an error of at most 2 %.
  virtual bool Supports(uint32_t baud) const = 0;
  // Waits until all that was written has been sent, then switches. `baud` is supported.
  virtual void Switch(uint32_t baud) = 0;
  virtual uint32_t baud() const = 0;
  // Since start: times that framing errors were seen, and bytes for which there was no space.
  virtual uint32_t framing_errors() const = 0;
  virtual uint32_t lost_bytes() const = 0;

 protected:
  ~SerialRate() = default;
};

}  // namespace port
