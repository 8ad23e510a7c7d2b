// Every write hands the whole selection to the clock tree.
#include "host/sim/peripherals/cmu.h"

namespace sim {
namespace {

constexpr uint32_t kStatus = 0x008, kLock = 0x010, kWdogLock = 0x014, kIf = 0x020, kIen = 0x024;
constexpr uint32_t kClken0 = 0x064, kClken1 = 0x068, kSysclkctrl = 0x070, kDpllrefclkctrl = 0x100;
constexpr uint32_t kEm01grpaclkctrl = 0x120, kEm01grpcclkctrl = 0x128, kEm23grpaclkctrl = 0x140;
constexpr uint32_t kWdog0clkctrl = 0x200, kEusart0clkctrl = 0x220;
constexpr uint32_t kKey = 0x93F7;
constexpr uint32_t kStatusWdogLock = 1u << 30, kStatusLock = 1u << 31;
constexpr uint32_t kSysclkctrlClksel = 7;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000003},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kLock, "LOCK", Access::kReadWrite, 0x000093F7, 0x0000FFFF},
      {kWdogLock, "WDOGLOCK", Access::kReadWrite, 0x00005257, 0x0000FFFF},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x00000003},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x00000003},
      {kClken0, "CLKEN0", Access::kReadWrite, 0x00000000, 0xFDFFFFFF},
      {kClken1, "CLKEN1", Access::kReadWrite, 0x00000000, 0x7EFFEFFF},
      {kSysclkctrl, "SYSCLKCTRL", Access::kReadWrite, 0x00000001, 0x0001F407},
      {0x080, "TRACECLKCTRL", Access::kReadWrite, 0x00000001, 0x00000033},
      {0x090, "EXPORTCLKCTRL", Access::kReadWrite, 0x00000000, 0x1F0F0F0F},
      {kDpllrefclkctrl, "DPLLREFCLKCTRL", Access::kReadWrite, 0x00000000, 0x00000003},
      {kEm01grpaclkctrl, "EM01GRPACLKCTRL", Access::kReadWrite, 0x00000001, 0x00000007},
      {kEm01grpcclkctrl, "EM01GRPCCLKCTRL", Access::kReadWrite, 0x00000001, 0x00000007},
      {kEm23grpaclkctrl, "EM23GRPACLKCTRL", Access::kReadWrite, 0x00000001, 0x00000003},
      {0x160, "EM4GRPACLKCTRL", Access::kReadWrite, 0x00000001, 0x00000003},
      {kWdog0clkctrl, "WDOG0CLKCTRL", Access::kReadWrite, 0x00000001, 0x00000007},
      {kEusart0clkctrl, "EUSART0CLKCTRL", Access::kReadWrite, 0x00000001, 0x00000007},
      {0x280, "RADIOCLKCTRL", Access::kReadWrite, 0x00000000, 0x80000001},
  };
}

}  // namespace

Cmu::Cmu(const Surroundings& surroundings, ClockTree& tree)
    : StatefulPeripheral("CMU", 0x40008000, {}, Registers(), surroundings, {kIf, kIen, {{kIrqCmu}}}),
      tree_(tree),
      lock_(kKey),
      wdog_lock_(kKey, true) {}

void Cmu::Reset() {
  Peripheral::Reset();
  lock_.Reset();
  wdog_lock_.Reset();
  Select();
}

uint32_t Cmu::OnRead(uint32_t offset) {
  switch (offset) {
    case kStatus:
      return (lock_.locked() ? kStatusLock : 0) | (wdog_lock_.locked() ? kStatusWdogLock : 0);
    case kSysclkctrl:  // the source in use: firmware reads it back
      return (word(offset) & ~kSysclkctrlClksel) | tree_.sysclk_source();
    default:
      return word(offset);
  }
}

void Cmu::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kLock) {
    lock_.Write(value);
  } else if (offset == kWdogLock) {
    wdog_lock_.Write(value);
  } else if (!Refused(offset)) {
    Store(offset, value);
    Select();
  }
}

bool Cmu::Refused(uint32_t offset) {
  if (offset == kWdog0clkctrl && wdog_lock_.locked()) {
    tree_.Warn(
        "CMU.WDOG0CLKCTRL was written while locked, which has no effect: write 0x93F7 to CMU.WDOGLOCK");
    return true;
  }
  if (lock_.locked()) tree_.Warn("a register of the CMU was written while locked, which has no effect");
  return lock_.locked();
}

void Cmu::Select() {
  ClockSelection selection;
  selection.sysclkctrl = word(kSysclkctrl);
  selection.dpllrefclkctrl = word(kDpllrefclkctrl);
  selection.em01grpaclkctrl = word(kEm01grpaclkctrl);
  selection.em01grpcclkctrl = word(kEm01grpcclkctrl);
  selection.em23grpaclkctrl = word(kEm23grpaclkctrl);
  selection.wdog0clkctrl = word(kWdog0clkctrl);
  selection.eusart0clkctrl = word(kEusart0clkctrl);
  selection.clken0 = word(kClken0);
  selection.clken1 = word(kClken1);
  tree_.SetSelection(selection);
}

}  // namespace sim
