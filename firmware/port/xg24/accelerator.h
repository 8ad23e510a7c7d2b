// The MVP of the EFR32xG24 behind port::Accelerator.
#pragma once

#include "port/accelerator.h"

namespace port::xg24 {

class MvpAccelerator final : public Accelerator {
 public:
  // `timed`: the cycle timer runs. Without it no wait has a bound, and the accelerator counts as absent.
  explicit MvpAccelerator(bool timed) : timed_(timed) {}

  bool Present() const override;
  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value) override;
  void WriteBlock(uint32_t offset, const uint32_t* words, size_t count) override;
  void Launch(const LaunchWords& launch) override;

  // Opens the clock gate and resets the block. Its NVIC line is enabled only around each sleep of
  // WaitUntilIdle, so no handler ever competes with the driver for the flags in IF.
  void PowerUp() override;

  // Sleeps in EM1 between looks at STATUS; other interrupts are served in between. SysTick ends a sleep that
  // the MVP does not.
  WaitResult WaitUntilIdle(uint32_t timeout_cycles) override;
  ProgramEnd WaitForEnd(uint32_t timeout_cycles) override;

  uint32_t BusAddress(const void* pointer) const override;

 private:
  bool timed_;
};

}  // namespace port::xg24
