// LFRCO: the 32,768 Hz RC oscillator, always ready on demand. Registers as in the vendor's header.
#pragma once

#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// The clock tree takes it for running whatever its registers say. ENS and RDY follow CTRL.FORCEEN; its
// calibration is not modelled.
class Lfrco : public StatefulPeripheral<Lfrco> {
 public:
  explicit Lfrco(const Surroundings& surroundings);

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
