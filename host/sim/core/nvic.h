// The NVIC's registers: enable, pending, active, priority, and the software trigger.
#pragma once

#include <cstdint>

#include "host/sim/core/exception_model.h"

namespace sim {

class Nvic {
 public:
  explicit Nvic(ExceptionModel& exceptions) : exceptions_(exceptions) {}

  // Word accesses at 0xE000E004 and 0xE000E100..0xE000E5FF; false where there is no register.
  bool Read(uint32_t address, uint32_t& value) const;
  bool Write(uint32_t address, uint32_t value);
  void Trigger(uint32_t irq);  // STIR

 private:
  ExceptionModel& exceptions_;
};

}  // namespace sim
