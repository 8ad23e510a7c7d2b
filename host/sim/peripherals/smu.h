// SMU: who may reach which block (hardware description 7). Kept and locked, but not enforced.
#pragma once

#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// Security attributes are stored as vendor start-up code writes them. Raising a violation is left to software
// (IF through its SET alias): PPUSEC and BMPUSEC drive SMU_SECURE, PPUPRIV and PPUINST SMU_S_PRIVILEGED.
class Smu : public StatefulPeripheral<Smu> {
 public:
  explicit Smu(const Surroundings& surroundings);

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
