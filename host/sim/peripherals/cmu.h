// CMU: clock gates and the selection of every clock (hardware description 3.3).
#pragma once

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// Locked registers ignore writes. CMU.WDOGLOCK resets to something else than its key, so the watchdog's clock
// is taken to be locked at reset; STATUS.WDOGLOCK says so.
class Cmu : public StatefulPeripheral<Cmu> {
 public:
  Cmu(const Surroundings& surroundings, ClockTree& tree);

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
    wdog_lock_.Serialize(archive);
  }

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  bool Refused(uint32_t offset);
  void Select();

  ClockTree& tree_;
  KeyLock lock_;
  KeyLock wdog_lock_;
};

}  // namespace sim
