// An asynchronous serial line between two ends that may disagree about its rate: what the receiver makes of
// the sender's frames. Both ends of the board's ports use it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "host/sim/core/archive.h"
#include "host/sim/core/faults.h"
#include "host/sim/core/scheduler.h"

namespace sim {

// Time on a line, in any unit as long as all times have the same; the board uses 1/4096 core cycles.
using LineTime = uint64_t;
inline constexpr LineTime kLineTimePerCycle = 4096;

enum class Parity : uint8_t { kNone, kEven, kOdd };

struct FrameFormat {
  uint8_t data_bits = 8;
  Parity parity = Parity::kNone;
  uint8_t stop_halves = 2;  // stop bits in halves of a bit: 1, 2, 3 or 4
  bool most_significant_first = false;

  unsigned bits_before_stop() const { return 1u + data_bits + (parity == Parity::kNone ? 0u : 1u); }
  // Of a whole frame, for a bit of this length.
  LineTime Duration(LineTime bit) const { return bit * bits_before_stop() + bit * stop_halves / 2; }
};

// One frame on the line: from `start` on, bit k of `levels` (start bit first) for `bit` each, then high.
struct LineFrame {
  LineTime start = 0;
  LineTime bit = 0;
  uint32_t levels = 0;
  uint32_t count = 0;  // bits in `levels`
};

LineFrame MakeFrame(const FrameFormat& format, uint16_t value, LineTime start, LineTime bit);

struct ReceivedCharacter {
  LineTime time = 0;  // when the receiver looked at the stop bit
  uint16_t value = 0;
  bool framing_error = false;  // the stop bit was low
  bool parity_error = false;
};

// A receiver with a rate of its own. It looks at the line every 1/16 of its bit for the start bit's edge, and
// at each bit 1/16 after its middle, so that rates may differ by some 4 % with ten bits in a frame; then
// characters come out wrong, too many or too few, and with framing errors, as the bits fall. After a low stop
// bit it waits for the line to rise.
class LineReceiver {
 public:
  // Starts afresh at `now`: a frame under way is lost.
  void Configure(const FrameFormat& format, LineTime bit, LineTime now);

  // Another length of its bit, from the next character on; one under way keeps its own.
  void SetBit(LineTime bit);

  // The next frame of the sender, which begins no earlier than the one before ended.
  void Feed(const LineFrame& frame);

  // When the next character will be complete if no more frames come; nothing if the line stays idle.
  std::optional<LineTime> Due() const;
  // Takes that character. All frames that begin before Due() must have been fed.
  ReceivedCharacter Take();
  // A start bit has been seen and its character is not complete at `now`.
  bool Busy(LineTime now) const;

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(format_.data_bits);
    archive(format_.parity);
    archive(format_.stop_halves);
    archive(format_.most_significant_first);
    archive(bit_);
    archive(from_);
    uint64_t count = wave_.size();
    archive(count);
    if constexpr (Archive::kLoads) wave_.resize(count);
    for (LineFrame& frame : wave_) {
      archive(frame.start);
      archive(frame.bit);
      archive(frame.levels);
      archive(frame.count);
    }
    if constexpr (Archive::kLoads) FindStart();
  }

 private:
  static constexpr size_t kMostUnseen = 64;  // frames too short to be seen that are kept

  bool Level(LineTime time) const;
  void FindStart();
  LineTime SampleTime(unsigned bit) const;
  void Forget();

  FrameFormat format_;
  LineTime bit_ = 1;
  LineTime from_ = 0;  // looks for the next start bit from here on
  std::deque<LineFrame> wave_;
  std::optional<LineTime> start_;  // where the start bit was seen
};

// A frame that left the board; `cycle` is that of the end of its last stop bit. A listener at another rate
// than `baud` reads what LineListener says.
struct SentFrame {
  Cycle cycle = 0;
  uint16_t value = 0;
  uint32_t baud = 0;
  uint32_t core_hz = 0;  // the core's clock then
};

// The other end of the board's line, with a rate of its own: what it reads of the frames as they come,
// however they are divided into calls. Both sides have the same format.
class LineListener {
 public:
  explicit LineListener(const FrameFormat& format = {}) : format_(format) {}

  // Frames that have left since the last call, in their order, and the time up to which there are no others.
  // A character is returned once no frame that is still on its way can change it. Another `baud` than in the
  // last call begins a new character; 0 of it counts as 1.
  std::vector<ReceivedCharacter> Hear(const std::vector<SentFrame>& sent, Cycle now, uint32_t core_hz,
                                      uint32_t baud);

 private:
  void TakeUntil(LineTime time, std::vector<ReceivedCharacter>& characters);

  FrameFormat format_;
  LineReceiver receiver_;
  uint32_t baud_ = 0;
  LineTime free_ = 0;      // the end of the last frame
  LineTime duration_ = 0;  // its length
};

// The injected faults of one direction of a line; deterministic by InjectedFaults::serial_seed and `salt`.
class LineFaults {
 public:
  explicit LineFaults(uint64_t salt) : salt_(salt) {}

  // How often the byte goes on: 0 when dropped, 2 when duplicated; `value` may have a bit inverted.
  unsigned Apply(const InjectedFaults& faults, unsigned data_bits, uint16_t& value);

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(seed_);
    archive(state_);
  }

 private:
  uint32_t Draw();
  bool Happens(uint32_t ppm) { return ppm != 0 && Draw() % 1'000'000 < ppm; }

  uint64_t salt_;
  uint64_t seed_ = 0;  // that `state_` began with; 0 before the first byte
  uint64_t state_ = 0;
};

}  // namespace sim
