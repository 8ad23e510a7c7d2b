// Driver of EUSART0 as a serial port, 8N1: polled transmission, reception by interrupt into a ring.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chip/efr32xg24/board_facts.h"
#include "chip/efr32xg24/receive_ring.h"

namespace chip {

class SerialLine {
 public:
  // Routes the pins and starts the block; `clock_hz` is EM01GRPCCLK. False when the block does not respond or
  // the clock is too slow for the baud rate; the line then swallows what is written.
  [[nodiscard]] bool Start(const BoardFacts& board, uint32_t clock_hz);

  // Waits for space in the 16-frame FIFO. A block that makes none within kPollLimit is stuck: from
  // then on the line swallows what is written, so that the program goes on without waiting for each byte.
  void Write(uint8_t byte);

  // Whether the clock makes `baud`, 1200 at least, with an error of at most 2 %.
  bool Supports(uint32_t baud) const;

  // Waits until all that was written has left the pin, then switches. What is being received is spoilt. A
  // block that does not respond is stuck, as in Write.
  void SetBaud(uint32_t baud);
  uint32_t baud() const { return baud_; }

  // The next received byte, or -1.
  int Read() { return received_.Pop(); }
  // What has been received, at most `capacity` bytes; returns how many.
  size_t ReadWaiting(uint8_t* bytes, size_t capacity) { return received_.PopSome(bytes, capacity); }
  bool InputWaiting() const { return !received_.Empty(); }

  // Empties the receive FIFO; called by the EUSART0_RX interrupt.
  void OnReceive();

  // Bytes that came faster than they were read.
  uint32_t lost() const { return lost_.load(std::memory_order_relaxed); }

  // How often framing errors were seen; one look may find several.
  uint32_t framing_errors() const { return framing_errors_.load(std::memory_order_relaxed); }

 private:
  ReceiveRing received_;
  std::atomic<uint32_t> lost_{0};
  std::atomic<uint32_t> framing_errors_{0};
  uint32_t clock_hz_ = 0;
  uint32_t baud_ = 0;
  bool running_ = false;  // bytes can be sent
};

// The chip's one instance, shared by the program and the interrupt handler.
SerialLine& Serial0();

}  // namespace chip
