// ICACHE0: the instruction cache's controls and its performance counters (hardware description 6.1).
#pragma once

#include <functional>

#include "host/sim/peripherals/peripheral.h"

namespace sim {

// What the account has counted since power-on.
struct CacheCounts {
  uint64_t hits = 0;
  uint64_t misses = 0;
  uint64_t advance_hits = 0;  // PCAHITS; what it counts on a chip is not documented
};

// How the block reaches the account's cache; any of them may be empty.
struct CacheControls {
  std::function<CacheCounts()> counts;
  std::function<void()> flush;          // CMD.FLUSH
  std::function<void(bool on)> enable;  // CTRL.CACHEDIS, and at a reset
};

// STARTPC zeroes PCHITS, PCMISSES and PCAHITS and lets them run, STOPPC stops them. A counter that passes
// 2^32 raises its flag, noticed when somebody looks.
class Icache0 : public StatefulPeripheral<Icache0> {
 public:
  Icache0(const Surroundings& surroundings, CacheControls controls);

  bool enabled() const;  // CTRL.CACHEDIS is 0

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(running_);
    archive(start_);
  }

 protected:
  void BeforeAccess() override;
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  void Command(uint32_t bits);
  void Enable();

  CacheControls controls_;
  bool running_ = false;
  CacheCounts start_;  // at STARTPC
};

}  // namespace sim
