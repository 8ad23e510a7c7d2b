// The transfers of one request as a probe executes them: posted AP reads, repeated WAIT, mended parity
// errors.
#pragma once

#include <cstdint>
#include <vector>

#include "host/sim/debug_port/serial_wire.h"

namespace sim {

struct TransferItem {
  SwdRequest request;
  uint32_t count = 0;
  std::vector<uint32_t> words;  // of a write: `count`
};

struct TransferLimits {
  uint32_t waits = 0;    // how often a transfer is repeated that is answered WAIT
  uint32_t resends = 0;  // and a read whose data is broken
};

struct TransferResult {
  Ack ack = Ack::kOk;
  uint32_t done = 0;
  std::vector<uint32_t> words;
};

// Ends at the first transfer that does not succeed.
TransferResult RunTransfers(SerialWire& wire, const std::vector<TransferItem>& items,
                            const TransferLimits& limits);

}  // namespace sim
