// A bus master whose own time may lag behind the scheduler's: the accelerator.
#pragma once

#include "host/sim/core/scheduler.h"

namespace sim {

// While the core runs, the board lets it catch up every kCatchUpCycles and before each access to its
// registers; while the core sleeps, in one go until the next event or until it is done.
class BusMaster {
 public:
  virtual ~BusMaster() = default;

  virtual bool busy() const = 0;

  // Lets it work until `limit`, or until it is done (or faulted) and has raised its interrupt line, whichever
  // is earlier. Returns the cycle that it reached: at most `limit`, except for an instruction that is never
  // split.
  virtual Cycle CatchUp(Cycle limit) = 0;
};

inline constexpr Cycle kCatchUpCycles = 64;

}  // namespace sim
