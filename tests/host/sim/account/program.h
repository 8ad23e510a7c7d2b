// A board's memories with a program in them, and the account that charges it.
#pragma once

#include <cstring>
#include <initializer_list>
#include <vector>

#include "host/sim/account/block_account.h"

namespace sim {

class FixedRegisters : public RegisterReader {
 public:
  uint32_t Register(unsigned number) const override { return values[number]; }
  uint32_t values[16] = {};
};

struct Program {
  explicit Program(const AccountParameters& parameters = {}) : account(memories, clocks, parameters) {
    account.set_registers(&registers);
  }

  void Put(uint32_t address, const std::vector<uint16_t>& halves) {
    std::memcpy(memories.Find(address, static_cast<uint32_t>(halves.size() * 2)), halves.data(),
                halves.size() * 2);
  }
  void PutWord(uint32_t address, uint32_t word) { std::memcpy(memories.Find(address, 4), &word, 4); }

  Memories memories{0x10000, 0x8000};
  Clocks clocks;
  FixedRegisters registers;
  BlockAccount account;
};

}  // namespace sim
