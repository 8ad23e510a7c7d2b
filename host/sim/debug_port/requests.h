// The debug port's requests as bytes (docs/debug-port.md). They may come from anywhere: what is malformed is
// refused and does nothing.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "host/sim/debug_port/serial_wire.h"

namespace sim {

inline constexpr uint32_t kMostRequestBytes = 1U << 20;  // op and payload
inline constexpr uint32_t kMostReads = 262'000;          // of one TRANSFER

struct PortIdentity {
  std::string name;        // that it is served by
  std::string board;       // of the board file
  std::string order_code;  // at most 255 bytes each
  uint32_t part = 0;       // DEVINFO.PART
  uint64_t unique_id = 0;  // DEVINFO.EUI64
};

class ByteReader;

class RequestPort {
 public:
  RequestPort(Board& board, PortIdentity identity)
      : board_(board), wire_(board), identity_(std::move(identity)) {}

  // Op and payload to status and payload; nothing where the probe is pulled.
  std::vector<uint8_t> Answer(const uint8_t* request, size_t size);
  SerialWire& wire() { return wire_; }
  // The client is gone: the reset pin is let go.
  void Leave();

 private:
  using Reply = std::vector<uint8_t>;

  Reply Dispatch(uint8_t op, ByteReader& payload);
  Reply Hello(ByteReader& payload);
  Reply Connect(ByteReader& payload);
  Reply Disconnect(ByteReader& payload);
  Reply SetClock(ByteReader& payload);
  Reply Sequence(ByteReader& payload);
  Reply Transfer(ByteReader& payload);
  Reply Idle(ByteReader& payload);
  Reply HoldReset(ByteReader& payload);
  Reply Counters(ByteReader& payload);

  Board& board_;
  SerialWire wire_;
  PortIdentity identity_;
  bool greeted_ = false;
  bool connected_ = false;
};

}  // namespace sim
