// The EUSART's divider for a baud rate (hardware description 4.3).
#pragma once

#include <cstdint>

namespace chip {

// CLKDIV for `baud` with `oversampling` 16, 8, 6 or 4 from a clock of `hz`: 256 * (hz / (oversampling * baud)
// - 1). The field lies at bits 22:3, so it counts in eighths of that; rounded to the nearest one as the
// document's table is (its text rounds down, which would double some errors). 0 when the clock is too slow
// for the rate.
constexpr uint32_t BaudDivider(uint32_t hz, uint32_t baud, uint32_t oversampling) {
  const uint64_t bit_rate = uint64_t{oversampling} * baud;
  const uint64_t ticks = (uint64_t{32} * hz + bit_rate / 2) / bit_rate;
  return ticks < 32 ? 0 : static_cast<uint32_t>(ticks - 32) * 8;
}

}  // namespace chip
