// The system control block's registers, the FPU's and the security and protection units' that go with them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "host/sim/core/core_words.h"
#include "host/sim/core/exception_model.h"

namespace sim {

// What registers of the SCB do outside of it.
struct SystemControlEffects {
  std::function<uint32_t()> ipsr;
  std::function<void()> request_reset;           // AIRCR.SYSRESETREQ
  std::function<void(const char* what)> refuse;  // something that the model does not have: stop the run
  std::function<void()> float_control;           // FPDSCR or FPCCR was written
  std::function<void(bool on)> trap_unaligned;   // CCR.UNALIGN_TRP
};

class SystemControl {
 public:
  SystemControl(CoreWords& words, ExceptionModel& exceptions, SystemControlEffects effects);

  void Reset();
  // Word accesses at 0xE000E008, 0xE000ED00..EDEF and 0xE000EF00..EFFF; false where nothing is modelled.
  bool Read(uint32_t address, uint32_t& value) const;
  bool Write(uint32_t address, uint32_t value);

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(mpu_rnr_);
    archive(mpu_regions_);
    archive(mpu_mair_);
    archive(sau_ctrl_);
    archive(sau_rnr_);
    archive(sau_regions_);
  }

 private:
  uint32_t Icsr() const;
  uint32_t Shcsr() const;
  void WriteIcsr(uint32_t value);
  void WriteAircr(uint32_t value);
  void WriteShcsr(uint32_t value);
  bool ReadProtection(uint32_t address, uint32_t& value) const;
  bool WriteProtection(uint32_t address, uint32_t value);
  bool ReadIdentity(uint32_t address, uint32_t& value) const;
  uint32_t* Plain(uint32_t address) const;  // a register that is nothing but a word

  CoreWords& words_;
  ExceptionModel& exceptions_;
  SystemControlEffects effects_;
  uint32_t mpu_rnr_ = 0;
  std::array<uint32_t, 32> mpu_regions_{};  // RBAR, RLAR of 16 regions
  std::array<uint32_t, 2> mpu_mair_{};
  uint32_t sau_ctrl_ = 0;
  uint32_t sau_rnr_ = 0;
  std::array<uint32_t, 16> sau_regions_{};  // RBAR, RLAR of 8 regions
};

}  // namespace sim
