// The DWT: the cycle counter, and comparators as far as a debugger needs them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "host/sim/core/scheduler.h"

namespace sim {

// A data access that a comparator waits for.
struct DataWatch {
  uint32_t address, bytes;
  bool reads, writes;
};

class Dwt {
 public:
  // `counted` gives the cycles that CYCCNT would have counted since power-on had it always run.
  explicit Dwt(std::function<Cycle()> counted);

  void Reset();
  bool Read(uint32_t address, uint32_t& value);
  bool Write(uint32_t address, uint32_t value);

  // Comparators whose match is a debug event: instruction addresses, and data accesses.
  std::vector<uint32_t> CodeAddresses() const;
  std::vector<DataWatch> DataWatches() const;
  void SetMatched(uint32_t address);

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(ctrl_);
    archive(base_);
    archive(held_);
    archive(comp_);
    archive(function_);
  }

 private:
  static constexpr unsigned kComparators = 4;
  uint32_t Count() const;

  std::function<Cycle()> counted_;
  uint32_t ctrl_ = 0;
  Cycle base_ = 0;     // CYCCNT is counted() - base_ while it runs
  uint32_t held_ = 0;  // and this while it does not
  std::array<uint32_t, kComparators> comp_{}, function_{};
};

}  // namespace sim
