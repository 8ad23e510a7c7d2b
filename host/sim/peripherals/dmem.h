// DMEM: the RAM controller's registers (hardware description 7). Errors of the RAM are not modelled.
#pragma once

#include "host/sim/peripherals/peripheral.h"

namespace sim {

class Dmem : public Peripheral {
 public:
  explicit Dmem(const Surroundings& surroundings);

 protected:
  void OnWrite(uint32_t offset, uint32_t value) override;
};

}  // namespace sim
