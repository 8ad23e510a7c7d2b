// SYSCFG: chip revision, software interrupts and which faults the bus raises (hardware description 7).
#pragma once

#include <functional>

#include "host/sim/peripherals/peripheral.h"

namespace sim {

class Syscfg : public Peripheral {
 public:
  // `part` is DEVINFO.PART: CHIPREV names its family.
  // `systick_external` is told CFGSYSTIC.SYSTICEXTCLKEN as it changes: with it, SysTick with CLKSOURCE 0
  // counts EM23GRPACLK.
  Syscfg(const Surroundings& surroundings, uint32_t part, std::function<void(bool)> systick_external = {});

  void Reset() override;

  // What the bus does: CTRL.ADDRFAULTEN and CTRL.CLKDISFAULTEN, both 1 after reset.
  bool address_fault_enabled() const;
  bool clock_fault_enabled() const;

 protected:
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  uint32_t part_;
  std::function<void(bool)> systick_external_;
};

}  // namespace sim
