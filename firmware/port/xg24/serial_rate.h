// EUSART0's rate behind port::SerialRate.
#pragma once

#include "chip/efr32xg24/serial_line.h"
#include "port/serial_rate.h"

namespace port::xg24 {

class LineRate final : public SerialRate {
 public:
  bool Supports(uint32_t baud) const override { return chip::Serial0().Supports(baud); }
  void Switch(uint32_t baud) override { chip::Serial0().SetBaud(baud); }
  uint32_t baud() const override { return chip::Serial0().baud(); }
  uint32_t framing_errors() const override { return chip::Serial0().framing_errors(); }
  uint32_t lost_bytes() const override { return chip::Serial0().lost(); }
};

}  // namespace port::xg24
