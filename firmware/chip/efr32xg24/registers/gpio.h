// GPIO, pin modes and the routing of EUSART0 to pins (hardware description 4.5).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

// `kPort` is 0..3 for PA..PD.
template <uint32_t kPort>
struct GpioPort {
  static constexpr uint32_t kBase = 0x4003C030 + 0x30 * kPort;

  using MODEL = Register<kBase + 0x04>;  // 4 bits per pin 0..7
  using MODEH = Register<kBase + 0x0C>;  // 4 bits per pin 8..9
  using DOUT = Register<kBase + 0x10>;
};

struct GPIO {
  static constexpr uint32_t kBase = 0x4003C000;

  static constexpr uint32_t MODE_INPUT = 1;
  static constexpr uint32_t MODE_PUSHPULL = 4;

  // A route is the port in bits 1:0 and the pin in bits 19:16.
  static constexpr uint32_t ROUTE_PIN_SHIFT = 16;

  using EUSART0_ROUTEEN = Register<kBase + 0x494>;
  static constexpr uint32_t ROUTEEN_RXPEN = 1u << 2;
  static constexpr uint32_t ROUTEEN_TXPEN = 1u << 4;

  using EUSART0_RXROUTE = Register<kBase + 0x4A4>;
  using EUSART0_TXROUTE = Register<kBase + 0x4AC>;
};

}  // namespace chip
