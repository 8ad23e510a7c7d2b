// The private peripheral bus: the core's own registers at 0xE0000000, by unit. All registers are words; bytes
// and halfwords of them work as far as the architecture has them (priorities, CFSR).
#pragma once

#include <cstdint>

#include "host/sim/core/debug_control.h"
#include "host/sim/core/dwt.h"
#include "host/sim/core/fpb.h"
#include "host/sim/core/nvic.h"
#include "host/sim/core/system_control.h"
#include "host/sim/core/systick.h"

namespace sim {

inline constexpr uint32_t kPrivateBase = 0xE0000000;
inline constexpr uint32_t kPrivateBytes = 0x00100000;

class PrivateBus {
 public:
  PrivateBus(Nvic& nvic, SysTick& systick, SystemControl& control, Dwt& dwt, Fpb& fpb, DebugControl& debug)
      : nvic_(nvic), systick_(systick), control_(control), dwt_(dwt), fpb_(fpb), debug_(debug) {}

  // False where no register is modelled.
  bool Read(uint32_t address, unsigned size, uint32_t& value, bool debugger);
  bool Write(uint32_t address, unsigned size, uint32_t value, bool debugger);

 private:
  bool ReadWord(uint32_t address, uint32_t& value, bool debugger);
  bool WriteWord(uint32_t address, uint32_t value, bool debugger);

  Nvic& nvic_;
  SysTick& systick_;
  SystemControl& control_;
  Dwt& dwt_;
  Fpb& fpb_;
  DebugControl& debug_;
};

}  // namespace sim
