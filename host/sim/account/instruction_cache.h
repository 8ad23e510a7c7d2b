// The tags of ICACHE0: which parts of flash the core fetches without waiting.
#pragma once

#include <array>
#include <cstdint>

namespace sim {

// Geometry from the parameters in the vendor's device header of the EFR32MG24B310F1536 (ICACHE0_SET_BITS 7,
// WAY_BITS 1, WPL_BITS 3, WPB_BITS 1): 128 sets of 2 ways, lines of 8 words, fetched from flash in blocks of
// 2 words, hence 8 KiB. Assumptions, for nothing is published: a miss fetches the block that is asked for and
// no more (as the vendor describes the cache of Series 1), and the way that was filled first is replaced. The
// loop cache in front of it is left out: it saves energy, no cycles.
class InstructionCache {
 public:
  static constexpr uint32_t kSets = 128;
  static constexpr uint32_t kWays = 2;
  static constexpr uint32_t kLineBytes = 32;
  static constexpr uint32_t kBlockBytes = 8;  // one read of flash

  // Brings [from, to) in. Returns the blocks of kBlockBytes that had to be read from flash; all of them while
  // the cache is off.
  uint32_t Touch(uint32_t from, uint32_t to);

  // Forgets everything.
  void Flush();
  void Enable(bool on);
  bool enabled() const { return enabled_ != 0; }

  // Goes up whenever something that was in the cache no longer is, and never is 0: what was seen in the cache
  // at this count still is.
  uint32_t evictions() const { return evictions_; }

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(lines_);
    archive(next_way_);
    archive(enabled_);
    if constexpr (Archive::kLoads) Evicted();
  }

 private:
  struct Line {
    uint32_t number = 0;   // address / kLineBytes
    uint32_t present = 0;  // a bit for each block of it
  };

  void Evicted() { evictions_ = evictions_ == UINT32_MAX ? 1 : evictions_ + 1; }
  Line& Place(uint32_t number);

  std::array<std::array<Line, kWays>, kSets> lines_{};
  std::array<uint8_t, kSets> next_way_{};
  uint8_t enabled_ = 1;
  uint32_t evictions_ = 1;
};

}  // namespace sim
