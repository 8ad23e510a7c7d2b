// EUSART0 and EUSART1 as asynchronous serial ports (hardware description 4.1 to 4.3).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "host/sim/peripherals/gpio.h"
#include "host/sim/peripherals/peripheral.h"
#include "host/sim/peripherals/serial_line.h"

namespace sim {

// Frames take their time in core cycles, from CLKDIV, OVS and the frequency of the block's clock when they
// begin; there is an event for each frame, not for each bit.
//
// Taken as documented nowhere: IF.TXFL rises when a frame leaves the FIFO (or the transmitter is enabled) and
// STATUS.TXFL is set then, IF.RXFL when a frame arrives and STATUS.RXFL is set then; a cleared flag waits for
// the next such event. CMD and CLKDIV take effect when their SYNCBUSY bit falls, after three periods of the
// block's clock. Disabling takes two periods and empties the FIFOs; IF stays. A frame with an error is kept,
// but for one with a parity error while CFG0.SKIPPERRF is set; the FIFO holds no error bits.
//
// Not modelled: synchronous mode (nothing moves while CFG0.SYNC is set), inverted lines (nothing gets through
// to or from a normal one), IrDA, DALI, collision check, multi-processor mode, automatic baud rate, triggers,
// TXDELAY, RTS. While clocks change in the middle of a frame, that frame keeps its length in core cycles; a
// frame that begins while the block has no clock is not heard.
class Eusart : public StatefulPeripheral<Eusart> {
 public:
  static constexpr size_t kFifoFrames = 16;

  Eusart(const Surroundings& surroundings, int number, const Gpio& gpio);

  // What the board sent since the last call, oldest first.
  std::vector<SentFrame> TakeSent();
  // Called for each of them, as its stop bit ends.
  void OnSent(std::function<void(const SentFrame&)> call) { on_sent_ = std::move(call); }
  // Called with each character that the receiver makes out, errors included, when its stop bit has been
  // sampled.
  void OnReceived(std::function<void(uint8_t)> call) { on_received_ = std::move(call); }

  // Bytes from outside, one after the other from now on, in the board's format but at `baud`. With 0 they
  // come at the board's own rate and wait until somebody listens.
  void Send(const uint8_t* bytes, size_t count, uint32_t baud);
  // Of those, how many are not yet on the line.
  size_t pending_receive() const { return incoming_.size(); }

  // The rate that CLKDIV, OVS and the clock give; 0 without clock.
  uint32_t baud() const;
  FrameFormat format() const;
  bool transmits() const;  // bytes reach a pin
  bool listens() const;    // bytes come in from a pin, or over the loop

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive);

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  struct Incoming {
    uint8_t value;
    uint32_t baud;
  };

  uint32_t clock() const;  // Hz
  LineTime BitTime() const;
  bool enabled() const { return (word(kEn) & 1) != 0; }
  bool loops_back() const;
  uint32_t Status() const;
  LineTime LineNow() const { return surroundings_.scheduler.now() * kLineTimePerCycle; }
  size_t Level(unsigned cfg1_shift) const;  // frames, of TXFIW or RXFIW

  void WriteEnable(uint32_t value);
  void WriteConfiguration(uint32_t offset, uint32_t value);
  void BeginSync(uint32_t bits);
  void ScheduleSync(uint32_t periods);  // of the block's clock
  void EndSync();
  void RunCommands(uint32_t commands);
  void Disable();
  void DisableTransmitter();
  void EnableReceiver();

  void PushTransmit(uint32_t value);
  void StartFrame(LineTime start);
  void EndFrame();
  bool HeldUp() const;  // a frame that is due cannot begin now
  void Emit(uint16_t value);

  void StartIncoming();
  void EndIncoming();
  void EndTimeout();
  void FeedReceiver(const LineFrame& frame);
  void ScheduleReceive();
  void ReceiveDue();
  void Receive(const ReceivedCharacter& character);
  void PushReceived(uint16_t value);
  uint32_t PopReceived();

  static constexpr uint32_t kEn = 0x004;
  static constexpr Cycle kRetryCycles = 4096;  // while something, a missing clock for one, holds things up

  int number_;
  const Gpio& gpio_;
  std::function<void(const SentFrame&)> on_sent_;
  std::function<void(uint8_t)> on_received_;
  Scheduler::Slot sync_, transmit_, line_, receive_, timeout_;

  std::deque<uint16_t> transmit_fifo_, receive_fifo_;
  std::deque<SentFrame> sent_;
  bool transmitting_ = false;  // a frame is on the way out, or waits because something holds it up
  bool held_up_ = false;       // the latter
  uint16_t shifting_ = 0;      // its value
  uint32_t shifting_baud_ = 0;
  LineTime transmit_end_ = 0;
  bool receiver_on_ = false, transmitter_on_ = false, receive_blocked_ = false, tristated_ = false;
  bool complete_ = false;  // STATUS.TXC
  bool disabling_ = false;
  uint32_t sync_busy_ = 0, commands_ = 0, divider_ = 0;  // what takes effect when SYNCBUSY falls

  LineReceiver receiver_;
  std::deque<Incoming> incoming_;
  bool line_busy_ = false;  // a frame from outside is on the line until line_end_
  LineTime line_end_ = 0;
  LineFaults transmit_faults_, receive_faults_;
};

}  // namespace sim
