// Sampling of a serial line's levels.
#include "host/sim/peripherals/serial_line.h"

#include <algorithm>

#include "host/sim/peripherals/split_mix.h"

namespace sim {
namespace {

constexpr LineTime kLooksPerBit = 16;

unsigned ParityOf(uint32_t value) { return static_cast<unsigned>(__builtin_popcount(value)) & 1; }

uint32_t Reversed(uint32_t value, unsigned bits) {
  uint32_t result = 0;
  for (unsigned b = 0; b < bits; ++b) result |= (value >> b & 1) << (bits - 1 - b);
  return result;
}

LineTime BitOf(uint32_t core_hz, uint32_t baud) {
  return std::max<LineTime>(uint64_t{core_hz} * kLineTimePerCycle / std::max<uint32_t>(baud, 1), 1);
}

LineTime EndOfLevels(const LineFrame& frame) { return frame.start + frame.bit * frame.count; }

}  // namespace

LineFrame MakeFrame(const FrameFormat& format, uint16_t value, LineTime start, LineTime bit) {
  const uint32_t data = value & ((1u << format.data_bits) - 1);
  uint32_t levels = (format.most_significant_first ? Reversed(data, format.data_bits) : data) << 1;
  if (format.parity != Parity::kNone) {
    const unsigned odd = format.parity == Parity::kOdd ? 1 : 0;
    levels |= (ParityOf(data) ^ odd) << (1 + format.data_bits);
  }
  return {start, bit, levels, format.bits_before_stop()};
}

void LineReceiver::Configure(const FrameFormat& format, LineTime bit, LineTime now) {
  format_ = format;
  bit_ = std::max<LineTime>(bit, 1);
  from_ = now;
  Forget();
  FindStart();
}

void LineReceiver::SetBit(LineTime bit) {
  if (!start_) bit_ = std::max<LineTime>(bit, 1);
}

void LineReceiver::Feed(const LineFrame& frame) {
  wave_.push_back(frame);
  if (start_) return;
  FindStart();
  if (!start_ && wave_.size() > kMostUnseen) wave_.pop_front();
}

bool LineReceiver::Level(LineTime time) const {
  for (const LineFrame& frame : wave_) {
    if (time < frame.start) return true;
    const LineTime bit = (time - frame.start) / frame.bit;
    if (bit < frame.count) return (frame.levels >> bit & 1) != 0;
  }
  return true;
}

// The first falling edge at or after from_, seen at the receiver's next look.
void LineReceiver::FindStart() {
  start_.reset();
  const LineTime look = std::max<LineTime>(bit_ / kLooksPerBit, 1);
  for (const LineFrame& frame : wave_) {
    if (EndOfLevels(frame) <= from_) continue;
    bool before = true;
    for (uint32_t k = 0; k < frame.count; ++k) {
      const bool level = (frame.levels >> k & 1) != 0;
      const LineTime edge = frame.start + k * frame.bit;
      if (before && !level && edge >= from_) {
        const LineTime seen = (edge + look - 1) / look * look;
        if (!Level(seen)) {  // else the pulse was too short to be seen
          start_ = seen;
          return;
        }
      }
      before = level;
    }
  }
}

LineTime LineReceiver::SampleTime(unsigned bit) const {
  return *start_ + bit * bit_ + bit_ / 2 + bit_ / kLooksPerBit;
}

std::optional<LineTime> LineReceiver::Due() const {
  if (!start_) return std::nullopt;
  return SampleTime(format_.bits_before_stop());
}

bool LineReceiver::Busy(LineTime now) const { return start_ && *start_ <= now && now < *Due(); }

ReceivedCharacter LineReceiver::Take() {
  ReceivedCharacter result;
  uint32_t bits = 0;
  for (unsigned k = 0; k < format_.data_bits; ++k) {
    bits |= (Level(SampleTime(k + 1)) ? 1u : 0u) << k;
  }
  const uint32_t data = format_.most_significant_first ? Reversed(bits, format_.data_bits) : bits;
  result.value = static_cast<uint16_t>(data);
  if (format_.parity != Parity::kNone) {
    const unsigned odd = format_.parity == Parity::kOdd ? 1 : 0;
    const unsigned received = Level(SampleTime(format_.data_bits + 1u)) ? 1 : 0;
    result.parity_error = received != (ParityOf(data) ^ odd);
  }
  result.time = *Due();
  result.framing_error = !Level(result.time);
  from_ = result.time;
  Forget();
  FindStart();
  return result;
}

// Frames that cannot matter any more.
void LineReceiver::Forget() {
  while (!wave_.empty() && EndOfLevels(wave_.front()) <= from_) wave_.pop_front();
}

std::vector<ReceivedCharacter> LineListener::Hear(const std::vector<SentFrame>& sent, Cycle now,
                                                  uint32_t core_hz, uint32_t baud) {
  const LineTime own_bit = BitOf(core_hz, baud);
  if (baud != baud_) receiver_.Configure(format_, own_bit, free_);
  baud_ = baud;
  receiver_.SetBit(own_bit);  // in core cycles, whose clock may have changed
  std::vector<ReceivedCharacter> heard;
  for (const SentFrame& frame : sent) {
    const LineTime bit = BitOf(frame.core_hz, frame.baud);
    const LineTime end = frame.cycle * kLineTimePerCycle;
    duration_ = format_.Duration(bit);
    // Rounded times must not let frames overlap.
    const LineTime start = std::max(free_, end > duration_ ? end - duration_ : 0);
    TakeUntil(start, heard);
    receiver_.Feed(MakeFrame(format_, frame.value, start, bit));
    free_ = start + duration_;
  }
  // A frame of which the end is still to come may have begun by its length before now.
  const LineTime time = now * kLineTimePerCycle;
  TakeUntil(std::max(free_, time > duration_ ? time - duration_ : 0), heard);
  return heard;
}

void LineListener::TakeUntil(LineTime time, std::vector<ReceivedCharacter>& characters) {
  while (receiver_.Due() && *receiver_.Due() <= time) characters.push_back(receiver_.Take());
}

unsigned LineFaults::Apply(const InjectedFaults& faults, unsigned data_bits, uint16_t& value) {
  if ((faults.serial_corrupt_ppm | faults.serial_drop_ppm | faults.serial_duplicate_ppm) == 0) return 1;
  const uint64_t seed = (faults.serial_seed * 2 + 1) * kSplitMixStep + salt_;
  if (seed != seed_) seed_ = state_ = seed;
  if (Happens(faults.serial_corrupt_ppm)) value = static_cast<uint16_t>(value ^ 1u << Draw() % data_bits);
  if (Happens(faults.serial_drop_ppm)) return 0;
  return Happens(faults.serial_duplicate_ppm) ? 2 : 1;
}

uint32_t LineFaults::Draw() {
  const uint64_t drawn = SplitMix(state_);
  state_ += kSplitMixStep;
  return static_cast<uint32_t>(drawn >> 32);
}

}  // namespace sim
