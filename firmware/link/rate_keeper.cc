// Falls back to the first rate after silence or framing errors.
#include "link/rate_keeper.h"

namespace serial_link {

RateKeeper::RateKeeper(port::SerialRate& line, const port::Clock& clock)
    : line_(line), clock_(clock), first_baud_(line.baud()) {}

void RateKeeper::Switch(uint32_t baud) {
  line_.Switch(baud);
  OnGoodFrame();
}

void RateKeeper::OnGoodFrame() {
  good_at_ = clock_.Cycles();
  errors_at_good_ = line_.framing_errors();
}

void RateKeeper::Check() {
  if (line_.baud() == first_baud_) return;
  const bool errors = line_.framing_errors() - errors_at_good_ >= kMaxFramingErrors;
  if (errors || HavePassed(clock_, good_at_, kSilenceMs)) line_.Switch(first_baud_);
}

}  // namespace serial_link
