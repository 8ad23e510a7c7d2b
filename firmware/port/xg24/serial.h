// EUSART0 behind port::Serial.
#pragma once

#include "chip/efr32xg24/serial_line.h"
#include "chip/efr32xg24/watchdog.h"
#include "port/serial.h"

namespace port::xg24 {

class SerialPort final : public Serial {
 public:
  void Write(const char* bytes, size_t count) override {
    for (size_t i = 0; i < count; ++i) chip::Serial0().Write(static_cast<uint8_t>(bytes[i]));
  }
  // Whoever reads makes progress.
  int Read() override {
    chip::FeedWatchdog();
    return chip::Serial0().Read();
  }
  size_t ReadWaiting(uint8_t* bytes, size_t capacity) override {
    chip::FeedWatchdog();
    return chip::Serial0().ReadWaiting(bytes, capacity);
  }
};

}  // namespace port::xg24
