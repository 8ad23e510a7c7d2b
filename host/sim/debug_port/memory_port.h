// Access port 0: an AHB5-AP, through which a debugger reaches memory and the registers of the core.
#pragma once

#include <cstdint>

#include "host/sim/core/board.h"

namespace sim {

// Of an access to an access port.
enum class PortAnswer : uint8_t { kDone, kBusy, kError };

class MemoryPort {
 public:
  explicit MemoryPort(Board& board) : board_(board) {}

  // A register by its offset, a multiple of 4 below 0x100. kError: the bus refused, or the part is locked.
  PortAnswer Read(uint32_t offset, uint32_t& value);
  PortAnswer Write(uint32_t offset, uint32_t value);
  void Reset();

 private:
  PortAnswer Ready() const;
  PortAnswer ReadData(uint32_t& value);
  PortAnswer WriteData(uint32_t value);
  PortAnswer ReadBanked(uint32_t offset, uint32_t& value);
  PortAnswer WriteBanked(uint32_t offset, uint32_t value);
  uint32_t bytes() const { return 1U << (csw_ & 3); }
  void Advance();

  Board& board_;
  uint32_t csw_ = kCswReset;
  uint32_t tar_ = 0;

  static constexpr uint32_t kCswReset = 0x43000002;  // secure-only debug as after power-on, 32 bits
};

}  // namespace sim
