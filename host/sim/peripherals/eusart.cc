// Registers of an EUSART: configuration, commands, status, interrupts.
#include "host/sim/peripherals/eusart.h"

#include <algorithm>
#include <utility>

#include "host/sim/peripherals/eusart_registers.h"

namespace sim {

using namespace eusart;  // NOLINT(google-build-using-namespace): register names only

namespace {

constexpr uint32_t kSyncPeriods = 3;
constexpr uint32_t kDisablePeriods = 2;

std::vector<Register> Registers() {
  using A = Access;
  return {{IPVERSION, "IPVERSION", A::kReadOnly, 2},
          {EN, "EN", A::kReadWrite, 0, 1},
          {CFG0, "CFG0", A::kReadWrite, 0, 0xC1D264FF},
          {CFG1, "CFG1", A::kReadWrite, 0, 0x7BCF8E7F},
          {CFG2, "CFG2", A::kReadWrite, 0x20, 0xFF0000FF},
          {FRAMECFG, "FRAMECFG", A::kReadWrite, 0x1002, 0x0000330F},
          {DTXDATCFG, "DTXDATCFG", A::kReadWrite, 0, 0xFFFF},
          {IRHFCFG, "IRHFCFG", A::kReadWrite, 0, 0xF},
          {IRLFCFG, "IRLFCFG", A::kReadWrite, 0, 1},
          {TIMINGCFG, "TIMINGCFG", A::kReadWrite, 0x00050000, 0x000F7773},
          {STARTFRAMECFG, "STARTFRAMECFG", A::kReadWrite, 0, 0x1FF},
          {SIGFRAMECFG, "SIGFRAMECFG", A::kReadWrite, 0},
          {CLKDIV, "CLKDIV", A::kReadWrite, 0, CLKDIV_DIV},
          {TRIGCTRL, "TRIGCTRL", A::kReadWrite, 0, 7},
          {CMD, "CMD", A::kWriteOnly, 0, CMD_ALL},
          {RXDATA, "RXDATA", A::kReadOnly, 0},
          {RXDATAP, "RXDATAP", A::kReadOnly, 0},
          {TXDATA, "TXDATA", A::kWriteOnly, 0, 0xFFFF},
          {STATUS, "STATUS", A::kReadOnly, 0x3040},
          {IF, "IF", A::kReadWrite, 0, IF_ALL},
          {IEN, "IEN", A::kReadWrite, 0, IF_ALL},
          {SYNCBUSY, "SYNCBUSY", A::kReadOnly, 0},
          {DALICFG, "DALICFG", A::kReadWrite, 0, 0x00009F3F}};
}

bool IsConfiguration(uint32_t offset) {
  return (offset >= CFG0 && offset <= SIGFRAMECFG) || offset == DALICFG;
}

InterruptRegisters InterruptsOf(int number) {
  const unsigned receive = number == 0 ? kIrqEusart0Rx : kIrqEusart1Rx;
  return {IF, IEN, {{receive, IF_OF_RX_LINE}, {receive + 1, ~IF_OF_RX_LINE}}};
}

}  // namespace

Eusart::Eusart(const Surroundings& surroundings, int number, const Gpio& gpio)
    : StatefulPeripheral(number == 0 ? "EUSART0" : "EUSART1", number == 0 ? 0x4B010000 : 0x400A0000,
                         {1, number == 0 ? 22u : 23u}, Registers(), surroundings, InterruptsOf(number)),
      number_(number),
      gpio_(gpio),
      sync_(surroundings.scheduler.Add("EUSART sync", [this] { EndSync(); })),
      transmit_(surroundings.scheduler.Add("EUSART transmit", [this] { EndFrame(); })),
      line_(surroundings.scheduler.Add("EUSART line", [this] { EndIncoming(); })),
      receive_(surroundings.scheduler.Add("EUSART receive", [this] { ReceiveDue(); })),
      timeout_(surroundings.scheduler.Add("EUSART timeout", [this] { EndTimeout(); })),
      transmit_faults_(static_cast<uint64_t>(2 * number + 1)),
      receive_faults_(static_cast<uint64_t>(2 * number + 2)) {}

// What is on the line from outside goes on, unheard.
void Eusart::Reset() {
  Peripheral::Reset();
  Disable();
  disabling_ = false;
  if (line_busy_ || !incoming_.empty()) surroundings_.scheduler.At(line_, line_end_ / kLineTimePerCycle + 1);
}

template <class Archive>
void Eusart::Serialize(Archive& archive) {
  archive(transmit_fifo_);
  archive(receive_fifo_);
  uint64_t count = incoming_.size();
  archive(count);
  if constexpr (Archive::kLoads) incoming_.assign(archive.ok() ? std::min<uint64_t>(count, 1u << 24) : 0, {});
  for (Incoming& byte : incoming_) {
    archive(byte.value);
    archive(byte.baud);
  }
  count = sent_.size();
  archive(count);
  if constexpr (Archive::kLoads) sent_.assign(archive.ok() ? std::min<uint64_t>(count, 1u << 24) : 0, {});
  for (SentFrame& frame : sent_) {
    archive(frame.cycle);
    archive(frame.value);
    archive(frame.baud);
  }
  for (bool* flag : {&transmitting_, &held_up_, &receiver_on_, &transmitter_on_, &receive_blocked_,
                     &tristated_, &complete_, &disabling_, &line_busy_}) {
    archive(*flag);
  }
  for (uint32_t* value : {&shifting_baud_, &sync_busy_, &commands_, &divider_}) archive(*value);
  archive(shifting_);
  archive(transmit_end_);
  archive(line_end_);
  receiver_.Serialize(archive);
  transmit_faults_.Serialize(archive);
  receive_faults_.Serialize(archive);
}
template void Eusart::Serialize(Saver& archive);
template void Eusart::Serialize(Loader& archive);

uint32_t Eusart::clock() const {
  return number_ == 0 ? surroundings_.clocks.eusart0 : surroundings_.clocks.em01grpc;
}

FrameFormat Eusart::format() const {
  const uint32_t frame = word(FRAMECFG);
  FrameFormat format;
  const uint32_t code = std::clamp<uint32_t>(frame & 0xF, 1, 10);  // 7..16 bits; other codes are reserved
  format.data_bits = static_cast<uint8_t>(code + 6);
  const uint32_t parity = frame >> 8 & 3;
  format.parity = parity == 2 ? Parity::kEven : parity == 3 ? Parity::kOdd : Parity::kNone;
  format.stop_halves = static_cast<uint8_t>((frame >> 12 & 3) + 1);
  format.most_significant_first = (word(CFG0) & CFG0_MSBF) != 0;
  return format;
}

LineTime Eusart::BitTime() const {
  if (clock() == 0) return 0;
  const LineTime periods_256 = uint64_t{Oversampling(word(CFG0))} * (256 + word(CLKDIV));
  return periods_256 * (kLineTimePerCycle / 256) * surroundings_.clocks.hclk / clock();
}

uint32_t Eusart::baud() const {
  const uint64_t periods_256 = uint64_t{Oversampling(word(CFG0))} * (256 + word(CLKDIV));
  return static_cast<uint32_t>((uint64_t{clock()} * 256 + periods_256 / 2) / periods_256);
}

size_t Eusart::Level(unsigned cfg1_shift) const { return (word(CFG1) >> cfg1_shift & 0xF) + 1; }

bool Eusart::loops_back() const { return (word(CFG0) & CFG0_LOOPBK) != 0; }

bool Eusart::transmits() const {
  return transmitter_on_ && !tristated_ && (word(CFG0) & (CFG0_SYNC | CFG0_TXINV)) == 0 &&
         gpio_.TransmitPin(number_).has_value();
}

bool Eusart::listens() const {
  return receiver_on_ && (word(CFG0) & CFG0_SYNC) == 0 &&
         (loops_back() || ((word(CFG0) & CFG0_RXINV) == 0 && gpio_.ReceivePin(number_).has_value()));
}

uint32_t Eusart::Status() const {
  const size_t space = kFifoFrames - transmit_fifo_.size();
  const bool space_enough = space >= Level(CFG1_TXFIW_SHIFT) && !surroundings_.faults.uart_stuck;
  uint32_t status = static_cast<uint32_t>(transmit_fifo_.size()) << STATUS_TXFCNT_SHIFT;
  status |= receiver_on_ ? STATUS_RXENS : 0;
  status |= transmitter_on_ ? STATUS_TXENS : 0;
  status |= receive_blocked_ ? STATUS_RXBLOCK : 0;
  status |= tristated_ ? STATUS_TXTRI : 0;
  status |= complete_ ? STATUS_TXC : 0;
  status |= space_enough ? STATUS_TXFL : 0;
  status |= receive_fifo_.size() >= Level(CFG1_RXFIW_SHIFT) ? STATUS_RXFL : 0;
  status |= receive_fifo_.size() == kFifoFrames ? STATUS_RXFULL : 0;
  status |= receiver_.Busy(LineNow()) && receiver_on_ ? 0 : STATUS_RXIDLE;
  status |= transmitting_ ? 0 : STATUS_TXIDLE;
  return status;
}

uint32_t Eusart::OnRead(uint32_t offset) {
  switch (offset) {
    case EN:
      return word(EN) | (disabling_ ? EN_DISABLING : 0);
    case RXDATA:
      return PopReceived();
    case RXDATAP:
      return receive_fifo_.empty() ? 0 : receive_fifo_.front();
    case STATUS:
      return Status();
    case SYNCBUSY:
      return sync_busy_;
    default:
      return word(offset);
  }
}

void Eusart::OnWrite(uint32_t offset, uint32_t value) {
  if (IsConfiguration(offset)) {
    if (!enabled() && !disabling_) Store(offset, value);
    return;
  }
  switch (offset) {
    case EN:
      WriteEnable(value & 1);
      break;
    case CLKDIV:
      if (!enabled()) break;
      divider_ = value & CLKDIV_DIV;
      BeginSync(SYNCBUSY_DIV);
      break;
    case CMD:
      if (!enabled()) break;
      commands_ |= value & CMD_ALL;
      BeginSync(SyncBits(value));
      break;
    case TXDATA:
      PushTransmit(value);
      break;
    default:
      Store(offset, value);
  }
}

void Eusart::WriteEnable(uint32_t value) {
  const bool was = enabled();
  if (disabling_ || was == (value != 0)) return;
  Store(EN, value);
  if (was) {
    Disable();
    disabling_ = true;
    ScheduleSync(kDisablePeriods);
  }
}

void Eusart::Disable() {
  for (const Scheduler::Slot slot : {sync_, transmit_, receive_, timeout_})
    surroundings_.scheduler.Cancel(slot);
  transmit_fifo_.clear();
  receive_fifo_.clear();
  transmitting_ = held_up_ = complete_ = false;
  receiver_on_ = transmitter_on_ = receive_blocked_ = tristated_ = false;
  sync_busy_ = commands_ = 0;
  receiver_.Configure(format(), BitTime(), LineNow());
}

void Eusart::BeginSync(uint32_t bits) {
  if (bits == 0) {  // CLEARTX crosses no clock boundary
    RunCommands(std::exchange(commands_, 0));
    return;
  }
  sync_busy_ |= bits;
  ScheduleSync(kSyncPeriods);
}

void Eusart::ScheduleSync(uint32_t periods) {
  if (clock() == 0) {
    surroundings_.scheduler.After(sync_, kRetryCycles);
    return;
  }
  const uint64_t cycles = (uint64_t{periods} * surroundings_.clocks.hclk + clock() - 1) / clock();
  surroundings_.scheduler.After(sync_, cycles);
}

void Eusart::EndSync() {
  if (clock() == 0) {
    surroundings_.scheduler.After(sync_, kRetryCycles);
    return;
  }
  disabling_ = false;
  if ((sync_busy_ & SYNCBUSY_DIV) != 0) {
    Store(CLKDIV, divider_);
    if (receiver_on_) EnableReceiver();
  }
  sync_busy_ = 0;
  RunCommands(std::exchange(commands_, 0));
}

void Eusart::RunCommands(uint32_t commands) {
  if ((commands & CMD_RXEN) != 0) EnableReceiver();
  if ((commands & CMD_RXDIS) != 0) {
    receiver_on_ = false;
    surroundings_.scheduler.Cancel(receive_);
    surroundings_.scheduler.Cancel(timeout_);
  }
  if ((commands & CMD_RXBLOCKEN) != 0) receive_blocked_ = true;
  if ((commands & CMD_RXBLOCKDIS) != 0) receive_blocked_ = false;
  if ((commands & CMD_TXTRIEN) != 0) tristated_ = true;
  if ((commands & CMD_TXTRIDIS) != 0) tristated_ = false;
  if ((commands & CMD_CLEARTX) != 0) transmit_fifo_.clear();
  if ((commands & CMD_TXDIS) != 0) DisableTransmitter();
  if ((commands & CMD_TXEN) != 0 && !transmitter_on_) {
    transmitter_on_ = true;
    if ((Status() & STATUS_TXFL) != 0) Raise(IF_TXFL);
    if (!transmitting_ && !transmit_fifo_.empty()) StartFrame(LineNow());
  }
}

void Eusart::EnableReceiver() {
  receiver_on_ = true;
  receiver_.Configure(format(), BitTime(), LineNow());
  surroundings_.scheduler.Cancel(receive_);
}

void Eusart::DisableTransmitter() {
  transmitter_on_ = false;
  if (held_up_) {
    transmitting_ = held_up_ = false;
    surroundings_.scheduler.Cancel(transmit_);
  }
}

}  // namespace sim
