// ADIv5.2, B5: 50 ones and then 16 bits, least significant first. Deprecated sequences, which old parts know,
// and the dormant state are left out.
#include "host/sim/debug_port/line_switch.h"

namespace sim {
namespace {

constexpr uint32_t kLineReset = 50;
constexpr uint32_t kJtagToSwd = 0xE79E, kSwdToJtag = 0xE73C;

}  // namespace

bool LineSwitch::Take(bool bit) {
  if (ones_ >= kLineReset && !bit) {
    count_ = 0;
    sequence_ = 0;
  }
  ones_ = bit ? ones_ + 1 : 0;
  if (count_ < kSequenceBits) {
    sequence_ |= uint32_t{bit} << count_++;
    if (count_ == kSequenceBits && sequence_ == kJtagToSwd) swd_ = true;
    if (count_ == kSequenceBits && sequence_ == kSwdToJtag) swd_ = false;
  }
  return swd_ && ones_ == kLineReset;
}

}  // namespace sim
