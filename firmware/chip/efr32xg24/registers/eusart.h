// EUSART0, the serial port (hardware description 4.1, 4.2).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct EUSART0 {
  static constexpr uint32_t kBase = 0x4B010000;

  using EN = Register<kBase + 0x004>;
  static constexpr uint32_t EN_EN = 1u << 0;
  static constexpr uint32_t EN_DISABLING = 1u << 1;

  // The CFG registers and FRAMECFG can be written only while EN is 0.
  using CFG0 = Register<kBase + 0x008>;
  static constexpr uint32_t CFG0_ASYNC_X16 = 0;
  using CFG1 = Register<kBase + 0x00C>;
  // TXFIW and RXFIW 0: TXFL means space for one frame, RXFL means one frame received.
  static constexpr uint32_t CFG1_SINGLE_FRAME_LEVELS = 0;
  using CFG2 = Register<kBase + 0x010>;
  static constexpr uint32_t CFG2_RESET = 0x20;
  using FRAMECFG = Register<kBase + 0x014>;
  static constexpr uint32_t FRAMECFG_8N1 = 0x1002;

  // CLKDIV and CMD are written while EN is 1 and cross a clock boundary: wait for SYNCBUSY around them.
  using CLKDIV = Register<kBase + 0x030>;
  static constexpr uint32_t CLKDIV_MAX = 0x7FFFF8;
  using CMD = Register<kBase + 0x038>;
  static constexpr uint32_t CMD_RXEN = 1u << 0;
  static constexpr uint32_t CMD_TXEN = 1u << 2;

  using RXDATA = Register<kBase + 0x03C>;
  using TXDATA = Register<kBase + 0x044>;

  using STATUS = Register<kBase + 0x048>;
  static constexpr uint32_t STATUS_RXENS = 1u << 0;
  static constexpr uint32_t STATUS_TXENS = 1u << 1;
  static constexpr uint32_t STATUS_TXFL = 1u << 6;
  static constexpr uint32_t STATUS_RXFL = 1u << 7;
  static constexpr uint32_t STATUS_RXIDLE = 1u << 12;
  static constexpr uint32_t STATUS_TXIDLE = 1u << 13;

  using IF = Register<kBase + 0x04C>;
  using IEN = Register<kBase + 0x050>;
  static constexpr uint32_t IF_RXFL = 1u << 2;
  static constexpr uint32_t IF_RXOF = 1u << 4;
  static constexpr uint32_t IF_FERR = 1u << 9;

  using SYNCBUSY = Register<kBase + 0x054>;
  static constexpr uint32_t SYNCBUSY_ALL = 0xFFF;

  static constexpr uint32_t kReceiveIrq = 11;
};

}  // namespace chip
