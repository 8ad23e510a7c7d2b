// EMU: causes of resets, voltage scaling and their locks (hardware description 6.3).
#pragma once

#include <functional>

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// Bits of EMU.RSTCAUSE.
enum ResetCause : uint32_t {
  kResetPor = 1u << 0,
  kResetPin = 1u << 1,
  kResetEm4 = 1u << 2,
  kResetWdog0 = 1u << 3,
  kResetWdog1 = 1u << 4,
  kResetLockup = 1u << 5,
  kResetSysreq = 1u << 6,
};

// Voltage scaling happens at once. EM4 is not modelled: the attempt is a warning.
class Emu : public StatefulPeripheral<Emu> {
 public:
  // `reset` makes the board reset with that cause; it may do so later than inside the call.
  Emu(const Surroundings& surroundings, ClockTree& tree, std::function<void(uint32_t cause)> reset);

  // Whoever wants a reset asks here: RSTCTRL decides whether it happens. Returns whether it does.
  bool RequestReset(uint32_t cause);

  // All but RSTCAUSE, which collects causes until CMD.RSTCAUSECLR: the board adds one after each reset.
  void Reset() override;
  void AddCause(uint32_t cause);  // kResetPor forgets the others

  template <class Archive>
  void Serialize(Archive& archive) {
    lock_.Serialize(archive);
    archive(vscale_);
    archive(em4_steps_);
  }

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  void Command(uint32_t bits);
  void EnterEm4(uint32_t entry);

  ClockTree& tree_;
  std::function<void(uint32_t)> reset_;
  KeyLock lock_;
  uint32_t vscale_ = 2;
  uint32_t em4_steps_ = 0;  // of the alternating 2, 3 sequence
};

}  // namespace sim
