// Frames of an EUSART on their way: FIFOs, shift register, the line from outside.
#include <algorithm>
#include <utility>

#include "host/sim/peripherals/eusart.h"
#include "host/sim/peripherals/eusart_registers.h"

namespace sim {

using namespace eusart;  // NOLINT(google-build-using-namespace): register names only

namespace {

Cycle CycleOf(LineTime time) { return (time + kLineTimePerCycle - 1) / kLineTimePerCycle; }

}  // namespace

void Eusart::PushTransmit(uint32_t value) {
  if (!enabled()) return;
  if (transmit_fifo_.size() == kFifoFrames) {
    Raise(IF_TXOF);
    return;
  }
  complete_ = false;
  transmit_fifo_.push_back(static_cast<uint16_t>(value));
  if (transmitter_on_ && !transmitting_) StartFrame(LineNow());
}

bool Eusart::HeldUp() const {
  if (surroundings_.faults.uart_stuck || clock() == 0 || (word(CFG0) & CFG0_SYNC) != 0) return true;
  if ((word(CFG1) & CFG1_CTSEN) == 0) return false;
  const std::optional<PinName> pin = gpio_.ClearToSendPin(number_);
  return pin && gpio_.Level(*pin) != ((word(CFG1) & CFG1_CTSINV) != 0);
}

// The next frame of the FIFO begins at `start`, or is tried again a little later.
void Eusart::StartFrame(LineTime start) {
  transmitting_ = true;
  held_up_ = HeldUp();
  const LineTime bit = BitTime();
  const LineTime duration = format().Duration(bit);
  if (held_up_) {
    surroundings_.scheduler.After(transmit_, std::max(kRetryCycles, CycleOf(duration)));
    return;
  }
  shifting_ = transmit_fifo_.front();
  transmit_fifo_.pop_front();
  shifting_baud_ = baud();
  transmit_end_ = start + duration;
  if (loops_back()) FeedReceiver(MakeFrame(format(), shifting_, start, bit));
  surroundings_.scheduler.At(transmit_, CycleOf(transmit_end_));
  if ((Status() & STATUS_TXFL) != 0) Raise(IF_TXFL);
}

void Eusart::EndFrame() {
  const bool waited = std::exchange(held_up_, false);
  if (!waited && !surroundings_.faults.uart_stuck && transmits()) Emit(shifting_);
  transmitting_ = false;
  if (transmitter_on_ && !transmit_fifo_.empty()) {
    StartFrame(waited ? LineNow() : transmit_end_);
    return;
  }
  complete_ = transmit_fifo_.empty() && !waited;
  Raise(complete_ ? IF_TXC | IF_TXIDLE : IF_TXIDLE);
}

void Eusart::Emit(uint16_t value) {
  const FrameFormat sent_format = format();
  uint16_t changed = static_cast<uint16_t>(value & ((1u << sent_format.data_bits) - 1));
  unsigned copies = transmit_faults_.Apply(surroundings_.faults, sent_format.data_bits, changed);
  for (; copies != 0; --copies) {
    const SentFrame frame{CycleOf(transmit_end_), changed, shifting_baud_, surroundings_.clocks.hclk};
    sent_.push_back(frame);
    if (on_sent_) on_sent_(frame);
  }
}

std::vector<SentFrame> Eusart::TakeSent() {
  std::vector<SentFrame> taken(sent_.begin(), sent_.end());
  sent_.clear();
  return taken;
}

void Eusart::Send(const uint8_t* bytes, size_t count, uint32_t baud) {
  for (size_t i = 0; i < count; ++i) incoming_.push_back({bytes[i], baud});
  if (!line_busy_ && !incoming_.empty()) StartIncoming();
}

// The next byte from outside goes on the line where the last one ended; those at the board's own rate wait
// for somebody to listen.
void Eusart::StartIncoming() {
  const Incoming next = incoming_.front();
  if (next.baud == 0 && (!listens() || BitTime() == 0)) {
    surroundings_.scheduler.After(line_, kRetryCycles);
    return;
  }
  incoming_.pop_front();
  const FrameFormat line_format = format();
  const LineTime bit =
      next.baud == 0 ? BitTime() : uint64_t{surroundings_.clocks.hclk} * kLineTimePerCycle / next.baud;
  uint16_t value = next.value;
  unsigned copies = receive_faults_.Apply(surroundings_.faults, line_format.data_bits, value);
  // After a frame the next one begins where it ended, even if the board's clock has gone a little beyond.
  LineTime start = line_busy_ ? line_end_ : std::max(line_end_, LineNow());
  line_end_ = start;
  line_busy_ = true;
  line_end_ += line_format.Duration(bit) * std::max(copies, 1u);
  for (; copies != 0; --copies) {
    if (listens() && !loops_back()) FeedReceiver(MakeFrame(line_format, value, start, bit));
    start += line_format.Duration(bit);
  }
  surroundings_.scheduler.At(line_, CycleOf(line_end_));
}

void Eusart::EndIncoming() {
  if (incoming_.empty() || (incoming_.front().baud == 0 && !listens())) line_busy_ = false;
  if (!incoming_.empty()) StartIncoming();
}

void Eusart::EndTimeout() {
  if (!receiver_.Busy(LineNow())) Raise(IF_RXTO);
}

void Eusart::FeedReceiver(const LineFrame& frame) {
  const LineTime bit = BitTime();
  if (!receiver_on_ || frame.bit == 0 || bit == 0) return;
  receiver_.SetBit(bit);  // the core's clock, which line time follows, may have changed
  receiver_.Feed(frame);
  ScheduleReceive();
}

void Eusart::ScheduleReceive() {
  const std::optional<LineTime> due = receiver_.Due();
  surroundings_.scheduler.At(receive_, due ? CycleOf(*due) : kNever);
}

void Eusart::ReceiveDue() {
  if (!receiver_.Due()) return;
  const ReceivedCharacter character = receiver_.Take();
  Receive(character);
  if (!receiver_on_) return;
  ScheduleReceive();
  const unsigned frames = word(CFG1) >> CFG1_RXTIMEOUT_SHIFT & 7;
  if (frames == 0) return;
  const LineTime idle = frames * format().Duration(BitTime());
  surroundings_.scheduler.At(timeout_, CycleOf(character.time + idle));
}

void Eusart::Receive(const ReceivedCharacter& character) {
  if (on_received_) on_received_(static_cast<uint8_t>(character.value));
  uint32_t flags = (character.framing_error ? IF_FERR : 0) | (character.parity_error ? IF_PERR : 0);
  if (character.value == word(STARTFRAMECFG)) {
    flags |= IF_STARTF;
    if ((word(CFG1) & CFG1_SFUBRX) != 0) receive_blocked_ = false;
  }
  if (character.value == word(SIGFRAMECFG)) flags |= IF_SIGF;
  if (flags != 0) Raise(flags);
  const bool error = character.framing_error || character.parity_error;
  if (error && (word(CFG0) & CFG0_ERRSTX) != 0) DisableTransmitter();
  const bool skipped = character.parity_error && (word(CFG0) & CFG0_SKIPPERRF) != 0;
  if (!receive_blocked_ && !skipped) PushReceived(character.value);
  if (error && (word(CFG0) & CFG0_ERRSRX) != 0) RunCommands(CMD_RXDIS);
}

void Eusart::PushReceived(uint16_t value) {
  if (receive_fifo_.size() == kFifoFrames) {
    Raise(IF_RXOF);
    return;
  }
  receive_fifo_.push_back(value);
  const uint32_t status = Status();
  uint32_t flags = (status & STATUS_RXFL) != 0 ? IF_RXFL : 0;
  flags |= (status & STATUS_RXFULL) != 0 ? IF_RXFULL : 0;
  Raise(flags);
}

uint32_t Eusart::PopReceived() {
  if (receive_fifo_.empty()) {
    Raise(IF_RXUF);
    return 0;
  }
  const uint16_t value = receive_fifo_.front();
  receive_fifo_.pop_front();
  return value;
}

}  // namespace sim
