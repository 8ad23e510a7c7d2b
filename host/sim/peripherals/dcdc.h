// DCDC: the voltage converter, as far as start-up code polls it (hardware description 7).
#pragma once

#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// A change of CTRL.MODE takes effect at once: regulation raises WARM, RUNNING and REGULATION, bypass BYPSW.
class Dcdc : public StatefulPeripheral<Dcdc> {
 public:
  explicit Dcdc(const Surroundings& surroundings);

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
  }

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  KeyLock lock_;
};

}  // namespace sim
