// The bus between the core and the peripherals: which block answers an address, and what happens where none
// does.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host/sim/peripherals/peripheral.h"

namespace sim {

inline constexpr uint32_t kPeripheralBase = 0x40000000;
inline constexpr uint32_t kNonSecureOffset = 0x10000000;  // of the second view of every block
inline constexpr uint32_t kPeripheralBytes = 0x20000000;  // both views
inline constexpr uint32_t kWindowBytes = 0x4000;

enum class BusAnswer : uint8_t {
  kDone,
  kFault,       // precise bus fault
  kNotedFault,  // the same, of a block that exists on the chip and is a mere name here: worth telling
  kUnmodelled,  // a register that exists on the chip and not here: reads 0, writes vanish
};

struct BusResult {
  uint32_t value = 0;
  BusAnswer answer = BusAnswer::kDone;
};

class Bus {
 public:
  // `clock_faults` is SYSCFG.CTRL.CLKDISFAULTEN, `address_faults` ADDRFAULTEN.
  Bus(std::function<bool()> clock_faults, std::function<bool()> address_faults);

  void Add(Peripheral* peripheral);

  BusResult Read(uint32_t address, unsigned size);
  BusResult Write(uint32_t address, unsigned size, uint32_t value);

  // The block's name as the manual has it, "" where there is none.
  const char* BlockName(uint32_t address) const;

 private:
  static size_t Slot(uint32_t address) { return (address & (kNonSecureOffset - 1)) / kWindowBytes; }
  BusResult Refused(Refusal refusal) const;
  BusResult Nobody(uint32_t address) const;

  std::function<bool()> clock_faults_, address_faults_;
  std::vector<Peripheral*> windows_;  // by 16 KiB window of the secure view
};

}  // namespace sim
