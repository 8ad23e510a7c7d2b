// The access ports behind the debug port: 0 memory, 1 the challenge interface, the others empty.
#pragma once

#include <cstdint>

#include "host/sim/debug_port/challenge_port.h"
#include "host/sim/debug_port/memory_port.h"

namespace sim {

class AccessPorts {
 public:
  explicit AccessPorts(Board& board) : memory_(board), challenge_(board) {}

  // Register `offset`, a multiple of 4 below 0x100, of access port `number`.
  PortAnswer Read(uint32_t number, uint32_t offset, uint32_t& value);
  PortAnswer Write(uint32_t number, uint32_t offset, uint32_t value);
  void Reset();

 private:
  MemoryPort memory_;
  ChallengePort challenge_;
};

}  // namespace sim
