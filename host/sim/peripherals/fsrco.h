// FSRCO: 20 MHz, fixed. Nothing but its version (hardware description 3.5).
#pragma once

#include "host/sim/peripherals/peripheral.h"

namespace sim {

class Fsrco : public Peripheral {
 public:
  // IPVERSION is 0 in the vendor's header.
  explicit Fsrco(const Surroundings& surroundings)
      : Peripheral("FSRCO", 0x40018000, {0, 21}, {{0x000, "IPVERSION", Access::kReadOnly, 0}}, surroundings) {
  }
};

}  // namespace sim
