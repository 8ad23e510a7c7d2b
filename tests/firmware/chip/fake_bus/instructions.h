// Stands in for firmware/chip/efr32xg24/bus/instructions.h: the fake chip plays the core.
#pragma once

#include "register_bus.h"

namespace chip {

inline void DataSyncBarrier() { bus::Current()->barriers.push_back(bus::Current()->stores.size()); }

inline void InstructionSyncBarrier() {}

inline bool MaskInterrupts() {
  const bool were_allowed = !bus::Current()->masked;
  bus::Current()->masked = true;
  return were_allowed;
}

inline void UnmaskInterrupts() {
  bus::Current()->on_unmask();
  bus::Current()->masked = false;
  ++bus::Current()->times_unmasked;
}

inline void WaitForInterrupt() { bus::Current()->on_wait_for_interrupt(); }

}  // namespace chip
