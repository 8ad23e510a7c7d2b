// Blocks that the chip has and the virtual board has not: known by name, so that touching them fails loudly.
#pragma once

#include <memory>
#include <vector>

#include "host/sim/peripherals/peripheral.h"

namespace sim {

// Every access is refused with Refusal::kNotModelled.
class Stub : public Peripheral {
 public:
  using Peripheral::Peripheral;
  bool modelled() const override { return false; }
};

// One of each: LDMA and LDMAXBAR, the timers, serial ports and analogue blocks that firmware here does not
// use. The security engine's mailbox is left out: nothing answers there, which vendor code copes with.
std::vector<std::unique_ptr<Peripheral>> MakeStubs(const Surroundings& surroundings);

}  // namespace sim
