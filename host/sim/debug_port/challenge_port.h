// Access port 1: the DCI (Debug Challenge Interface), a few registers of the security engine. It answers on a
// locked part too.
#pragma once

#include <cstdint>
#include <deque>

#include "host/sim/core/board.h"
#include "host/sim/debug_port/memory_port.h"

namespace sim {

class ChallengePort {
 public:
  explicit ChallengePort(Board& board) : board_(board) {}

  PortAnswer Read(uint32_t offset, uint32_t& value);
  PortAnswer Write(uint32_t offset, uint32_t value);
  void Reset();

 private:
  uint32_t ReadWindow();
  void WriteWindow(uint32_t value);
  void Execute(uint32_t command);
  void Answer(uint32_t code);
  bool Busy() const { return board_.seconds() < ready_at_s_; }
  uint32_t Status() const;

  Board& board_;
  uint32_t csw_ = 2;
  uint32_t tar_ = 0;
  uint32_t words_expected_ = 0;  // of the command that is being written
  std::deque<uint32_t> reply_;
  double ready_at_s_ = 0;
};

}  // namespace sim
