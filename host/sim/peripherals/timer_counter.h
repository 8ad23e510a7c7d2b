// The counter of a TIMER block: any number of ticks at once, with the flags that they raise.
#pragma once

#include <array>
#include <cstdint>

namespace sim {

// The flags of TIMER IF that counting raises.
enum TimerFlag : uint32_t {
  kTimerOf = 1u << 0,
  kTimerUf = 1u << 1,
  kTimerDirchg = 1u << 2,
  kTimerCc0 = 1u << 4,  // CC1, CC2 follow
};

enum class TimerMode : uint32_t { kUp = 0, kDown = 1, kUpDown = 2, kQdec = 3 };

inline constexpr uint64_t kNoTick = UINT64_MAX;

// Up: 0 to TOP, then 0 and OF. Down: to 0, then TOP and UF. Up and down: OF and DIRCHG at TOP, UF and DIRCHG
// at 0. A count above TOP goes on to 2^32. Compare flags rise as the count becomes OC. TOPB and OCB replace
// TOP and OC at the next OF or UF. One-shot stops at the first OF (up) or UF.
class TimerCounter {
 public:
  static constexpr unsigned kChannels = 3;

  // Settings, by the registers that they come from.
  TimerMode mode = TimerMode::kUp;
  uint32_t one_shot = 0;
  uint32_t top = 0xFFFF;
  uint32_t compares = 0;  // bit k: channel k compares (output compare or PWM)
  std::array<uint32_t, kChannels> oc{};

  // Buffers; `buffered` has bit 0 for TOPB, bits 1 to 3 for OCB of the channels.
  uint32_t buffered = 0;
  uint32_t topb = 0;
  std::array<uint32_t, kChannels> ocb{};

  uint32_t count = 0;
  uint32_t down = 0;  // the direction; STATUS.DIR
  uint32_t running = 0;

  // Counts; returns the flags that rose. Does nothing unless running.
  uint32_t Advance(uint64_t ticks);

  // Ticks until one of `flags` rises; kNoTick if none does.
  uint64_t TicksUntil(uint32_t flags) const;

 private:
  // Ticks until the count turns or wraps, which the last of them does.
  uint64_t Leg() const;
  // Ticks until channel `k` matches before the leg ends, kNoTick if it does not.
  uint64_t TicksToMatch(unsigned k, uint64_t leg) const;
  uint32_t FinishLeg();
  uint32_t Matches() const;  // at the count as it is
  void LoadBuffers();
};

}  // namespace sim
