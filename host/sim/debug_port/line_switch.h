// What a target makes of the bits between transfers: line resets and the sequences that choose JTAG or SWD.
#pragma once

#include <cstdint>

namespace sim {

class LineSwitch {
 public:
  // A bit on SWDIO; true if it completed a line reset while SWD is chosen.
  bool Take(bool bit);
  bool swd() const { return swd_; }
  void PowerOn() { *this = LineSwitch(); }

 private:
  bool swd_ = false;       // JTAG after power-on
  uint32_t ones_ = 0;      // in a row, up to now
  uint32_t sequence_ = 0;  // the bits after a line reset, the first lowest
  uint32_t count_ = kSequenceBits;

  static constexpr uint32_t kSequenceBits = 16;
};

}  // namespace sim
