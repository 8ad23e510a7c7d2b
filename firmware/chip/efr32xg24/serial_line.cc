// EUSART0 as a serial port; orders and waits are those of hardware description 4.2 and 4.5.
#include "chip/efr32xg24/serial_line.h"

#include "chip/efr32xg24/baud.h"
#include "chip/efr32xg24/pins.h"
#include "chip/efr32xg24/registers/cmu.h"
#include "chip/efr32xg24/registers/core.h"
#include "chip/efr32xg24/registers/eusart.h"
#include "chip/efr32xg24/registers/gpio.h"

namespace chip {
namespace {

constexpr uint32_t kOversampling = 16;
constexpr uint32_t kLowestBaud = 1200;
// One poll's limit is some 15 ms; at the lowest rate 17 bytes, those of the FIFO and one more, take 142 ms.
constexpr uint32_t kFlushPolls = 16;

[[nodiscard]] bool Flushed() {
  for (uint32_t i = 0; i < kFlushPolls; ++i) {
    if (PollUntil<EUSART0::STATUS>(EUSART0::STATUS_TXIDLE, EUSART0::STATUS_TXIDLE)) return true;
  }
  return false;
}

constexpr uint32_t Route(Pin pin) { return uint32_t{pin.number} << GPIO::ROUTE_PIN_SHIFT | pin.port; }

void RoutePins(const BoardFacts& board) {
  CMU::CLKEN0::Set(CMU::CLKEN0_GPIO);
  if (board.has_serial_enable) DriveOutput(board.serial_enable, true);
  // The line idles high: the level is set before the pin drives, so that no start bit is seen.
  DriveOutput(board.tx, true);
  MakeInput(board.rx);
  GPIO::EUSART0_TXROUTE::Write(Route(board.tx));
  GPIO::EUSART0_RXROUTE::Write(Route(board.rx));
  GPIO::EUSART0_ROUTEEN::Write(GPIO::ROUTEEN_RXPEN | GPIO::ROUTEEN_TXPEN);
}

[[nodiscard]] bool Synchronised() { return PollUntil<EUSART0::SYNCBUSY>(EUSART0::SYNCBUSY_ALL, 0); }

[[nodiscard]] bool StartBlock(uint32_t divider) {
  CMU::EUSART0CLKCTRL::Write(CMU::EUSART0CLKCTRL_CLKSEL_EM01GRPCCLK);
  CMU::CLKEN1::Set(CMU::CLKEN1_EUSART0);
  EUSART0::EN::Clear(EUSART0::EN_EN);
  if (!PollUntil<EUSART0::EN>(EUSART0::EN_DISABLING, 0)) return false;
  EUSART0::CFG2::Write(EUSART0::CFG2_RESET);
  EUSART0::CFG1::Write(EUSART0::CFG1_SINGLE_FRAME_LEVELS);
  EUSART0::CFG0::Write(EUSART0::CFG0_ASYNC_X16);
  EUSART0::FRAMECFG::Write(EUSART0::FRAMECFG_8N1);
  EUSART0::EN::Set(EUSART0::EN_EN);
  if (!Synchronised()) return false;
  EUSART0::CLKDIV::Write(divider);
  if (!Synchronised()) return false;
  EUSART0::CMD::Write(EUSART0::CMD_RXEN | EUSART0::CMD_TXEN);
  if (!Synchronised()) return false;
  constexpr uint32_t kEnabled = EUSART0::STATUS_RXENS | EUSART0::STATUS_TXENS;
  if (!PollUntil<EUSART0::STATUS>(kEnabled, kEnabled)) return false;
  constexpr uint32_t kIdle = EUSART0::STATUS_RXIDLE | EUSART0::STATUS_TXIDLE;
  // Somebody may be sending already, so an idle line is waited for but not demanded.
  (void)PollUntil<EUSART0::STATUS>(kIdle, kIdle);
  return true;
}

void Add(std::atomic<uint32_t>& counter, uint32_t count) {
  if (count != 0) {
    counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
}

}  // namespace

bool SerialLine::Start(const BoardFacts& board, uint32_t clock_hz) {
  const uint32_t divider = BaudDivider(clock_hz, board.baud, kOversampling);
  clock_hz_ = clock_hz;
  baud_ = board.baud;
  RoutePins(board);
  running_ = divider != 0 && StartBlock(divider);
  if (running_) {
    EUSART0::IEN::Write(EUSART0::IF_RXFL | EUSART0::IF_RXOF);
    NVIC::ClearPending<EUSART0::kReceiveIrq>();
    NVIC::Enable<EUSART0::kReceiveIrq>();
  }
  return running_;
}

bool SerialLine::Supports(uint32_t baud) const {
  if (baud < kLowestBaud) return false;
  const uint32_t divider = BaudDivider(clock_hz_, baud, kOversampling);
  if (divider == 0 || divider > EUSART0::CLKDIV_MAX) return false;
  const uint64_t periods_256 = uint64_t{kOversampling} * (256 + divider);
  const uint64_t made = uint64_t{clock_hz_} * 256 / periods_256;
  const uint64_t error = made > baud ? made - baud : baud - made;
  return error * 50 <= baud;
}

void SerialLine::SetBaud(uint32_t baud) {
  if (!running_) return;
  running_ = Flushed() && Synchronised();
  if (!running_) return;
  EUSART0::CLKDIV::Write(BaudDivider(clock_hz_, baud, kOversampling));
  running_ = Synchronised();
  baud_ = baud;
}

void SerialLine::Write(uint8_t byte) {
  if (!running_) return;
  running_ = PollUntil<EUSART0::STATUS>(EUSART0::STATUS_TXFL, EUSART0::STATUS_TXFL);
  if (running_) EUSART0::TXDATA::Write(byte);
}

void SerialLine::OnReceive() {
  const uint32_t flags = EUSART0::IF::Read();
  // Cleared before the FIFO is emptied: a frame that arrives in between raises the flag again.
  EUSART0::IF::Clear(flags & (EUSART0::IF_RXFL | EUSART0::IF_RXOF | EUSART0::IF_FERR));
  uint32_t lost = (flags & EUSART0::IF_RXOF) != 0 ? 1 : 0;
  while ((EUSART0::STATUS::Read() & EUSART0::STATUS_RXFL) != 0) {
    if (!received_.Push(static_cast<uint8_t>(EUSART0::RXDATA::Read()))) ++lost;
  }
  Add(lost_, lost);
  Add(framing_errors_, (flags & EUSART0::IF_FERR) != 0 ? 1 : 0);
}

SerialLine& Serial0() {
  static SerialLine line;
  return line;
}

}  // namespace chip
