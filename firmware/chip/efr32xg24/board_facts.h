// What the chip's start-up needs to know of a board; `python -m host.boards header` fills one in (board.h).
#pragma once

#include <cstdint>

namespace chip {

struct Pin {
  uint8_t port;    // 0..3 for PA..PD
  uint8_t number;  // 0..9
};

struct BoardFacts {
  const char* name;
  const char* part;  // order code
  uint32_t core_hz;
  uint32_t hfxo_hz;
  uint8_t ctune;            // crystal load capacitance code on XI
  uint8_t fixed_capacitor;  // CTUNEFIXANA: 0 none, 1 XI, 2 XO, 3 both
  uint32_t baud;
  Pin tx;
  Pin rx;
  bool has_serial_enable;
  Pin serial_enable;  // driven high before the serial port is used
  Pin led;
  bool led_active_low;
  uint32_t ram_bytes;
};

}  // namespace chip
