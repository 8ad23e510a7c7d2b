// Decides how long a raised baud rate holds.
#pragma once

#include <cstdint>

#include "link/services.h"
#include "port/clock.h"
#include "port/serial_rate.h"

namespace serial_link {

class RateKeeper {
 public:
  static constexpr uint32_t kSilenceMs = 3000;
  static constexpr uint32_t kMaxFramingErrors = 10;

  // The present rate is the one that is returned to. Both must outlive the keeper.
  RateKeeper(port::SerialRate& line, const port::Clock& clock);

  void Switch(uint32_t baud);
  void OnGoodFrame();

  // Goes back to the first rate when the present one has not proved good. To be called when bytes come in.
  void Check();

 private:
  port::SerialRate& line_;
  const port::Clock& clock_;
  uint32_t first_baud_;
  uint32_t good_at_ = 0;         // cycles
  uint32_t errors_at_good_ = 0;  // framing errors
};

// Whether `ms` milliseconds have passed since `since` (cycles); never where cycles have no meaning. Called
// for every byte, hence without a division of 64 bits. `ms` times the frequency in kHz must fit 32 bits.
inline bool HavePassed(const port::Clock& clock, uint32_t since, uint32_t ms) {
  const uint32_t khz = clock.Frequency() / 1000;
  return khz != 0 && clock.Cycles() - since >= khz * ms;
}

}  // namespace serial_link
