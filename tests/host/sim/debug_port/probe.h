// A probe for tests: whole debugger's accesses over the wire; what does not succeed fails the test.
#pragma once

#include <cstdint>

#include "host/sim/debug_port/serial_wire.h"

inline constexpr uint32_t kDhcsr = 0xE000EDF0, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8;
inline constexpr uint32_t kDemcr = 0xE000EDFC, kDfsr = 0xE000ED30, kAircr = 0xE000ED0C;
inline constexpr uint32_t kDbgkey = 0xA05F0000;
inline constexpr uint32_t kSHalt = 1U << 17, kSLockup = 1U << 19, kSResetSt = 1U << 25;

class Probe {
 public:
  explicit Probe(sim::Board& board) : wire(board) {}

  // Line, DPIDR, power-up, CSW for words with increment.
  void Connect();

  sim::Ack Dp(uint32_t address, bool read, uint32_t& data);
  sim::Ack Ap(uint32_t address, bool read, uint32_t& data);
  uint32_t ReadDp(uint32_t address);
  void WriteDp(uint32_t address, uint32_t value);
  // A register of an access port by its whole offset; a read includes that of RDBUFF.
  uint32_t ReadAp(uint32_t port, uint32_t offset);
  void WriteAp(uint32_t port, uint32_t offset, uint32_t value);

  uint32_t Read(uint32_t address);
  void Write(uint32_t address, uint32_t value);
  uint32_t Register(uint32_t selector);
  void SetRegister(uint32_t selector, uint32_t value);
  uint32_t ReadDhcsr() { return Read(kDhcsr); }

  sim::SerialWire wire;
};
