// Registers of a channel k are named CCk_...; they lie 0x20 apart.
#include "host/sim/peripherals/timer0.h"

namespace sim {
namespace {

constexpr uint32_t kCfg = 0x004, kCmd = 0x00C, kStatus = 0x010, kIf = 0x014, kIen = 0x018, kTop = 0x01C;
constexpr uint32_t kTopb = 0x020, kCnt = 0x024, kLock = 0x02C, kEn = 0x030;
constexpr uint32_t kCc = 0x060, kCcStride = 0x20, kCcEnd = kCc + 3 * kCcStride;
constexpr uint32_t kCcCfg = 0x00, kCcOc = 0x08, kCcOcb = 0x10;
constexpr uint32_t kKey = 0xCE80;
constexpr uint32_t kEnable = 1u << 0, kDisabling = 1u << 1;
constexpr uint32_t kStart = 1u << 0, kStop = 1u << 1;
constexpr uint32_t kOsmen = 1u << 4, kDebugrun = 1u << 6;
constexpr uint32_t kClksel = 3u << 8;
constexpr uint32_t kPrescShift = 18, kPrescMask = 0x3FF;
constexpr uint32_t kCcOutputCompare = 2;  // and 3, PWM
constexpr uint32_t kTimerlockstatus = 1u << 4;
constexpr unsigned kGateBit = 4;
// Not documented: how long switching off takes, in core cycles.
constexpr Cycle kDisablingCycles = 8;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000001},
      {kCfg, "CFG", Access::kReadWrite, 0x00000000, 0x0FFF1FFB},
      {0x008, "CTRL", Access::kReadWrite, 0x00000000, 0x0000001F},
      {kCmd, "CMD", Access::kReadWrite, 0x00000000, 0x00000003},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x07770077},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x07770077},
      {kTop, "TOP", Access::kReadWrite, 0x0000FFFF, 0xFFFFFFFF},
      {kTopb, "TOPB", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {kCnt, "CNT", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {kLock, "LOCK", Access::kReadWrite, 0x00000000, 0x0000FFFF},
      {kEn, "EN", Access::kReadWrite, 0x00000000, kEnable},
      {0x060, "CC0_CFG", Access::kReadWrite, 0x00000000, 0x003E0013},
      {0x064, "CC0_CTRL", Access::kReadWrite, 0x00000000, 0x0F003F04},
      {0x068, "CC0_OC", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {0x070, "CC0_OCB", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {0x074, "CC0_ICF", Access::kReadOnly, 0x00000000},
      {0x078, "CC0_ICOF", Access::kReadOnly, 0x00000000},
      {0x080, "CC1_CFG", Access::kReadWrite, 0x00000000, 0x003E0013},
      {0x084, "CC1_CTRL", Access::kReadWrite, 0x00000000, 0x0F003F04},
      {0x088, "CC1_OC", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {0x090, "CC1_OCB", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {0x094, "CC1_ICF", Access::kReadOnly, 0x00000000},
      {0x098, "CC1_ICOF", Access::kReadOnly, 0x00000000},
      {0x0A0, "CC2_CFG", Access::kReadWrite, 0x00000000, 0x003E0013},
      {0x0A4, "CC2_CTRL", Access::kReadWrite, 0x00000000, 0x0F003F04},
      {0x0A8, "CC2_OC", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {0x0B0, "CC2_OCB", Access::kReadWrite, 0x00000000, 0xFFFFFFFF},
      {0x0B4, "CC2_ICF", Access::kReadOnly, 0x00000000},
      {0x0B8, "CC2_ICOF", Access::kReadOnly, 0x00000000},
  };
}

bool IsCompare(uint32_t offset) { return offset >= kCc && offset < kCcEnd; }

}  // namespace

Timer0::Timer0(const Surroundings& surroundings, ClockTree& tree)
    : StatefulPeripheral("TIMER0", 0x40048000, {0, kGateBit}, Registers(), surroundings,
                         {kIf, kIen, {{kIrqTimer0}}}),
      tree_(tree),
      lock_(kKey),
      slot_(surroundings.scheduler.Add("TIMER0", [this] {
        CountUp();
        Reschedule();
      })) {
  tree.Add(this);
}

void Timer0::Reset() {
  Peripheral::Reset();
  lock_.Reset();
  counter_ = TimerCounter{};
  disabling_until_ = 0;
  AfterClockChange();
}

bool Timer0::enabled() const { return (word(kEn) & kEnable) != 0; }

bool Timer0::Counts() const {
  const bool clocked = (surroundings_.clocks.clken0 >> kGateBit & 1) != 0;
  const bool halted = tree_.core_state() == CoreState::kHalted && (word(kCfg) & kDebugrun) == 0;
  const bool supported = (word(kCfg) & kClksel) == 0 && counter_.mode != TimerMode::kQdec;
  return enabled() && counter_.running != 0 && clocked && !halted && supported;
}

void Timer0::CountUp() {
  const uint32_t flags = counter_.Advance(ticks_.Advance(surroundings_.scheduler.now()));
  set_word(kCnt, counter_.count);
  set_word(kTop, counter_.top);
  for (unsigned k = 0; k < TimerCounter::kChannels; ++k)
    set_word(kCc + k * kCcStride + kCcOc, counter_.oc[k]);
  if (flags != 0) Raise(flags);
}

void Timer0::AfterClockChange() {
  const Clocks& clocks = surroundings_.clocks;
  const uint32_t divider = (word(kCfg) >> kPrescShift & kPrescMask) + 1;
  ticks_.SetRate(surroundings_.scheduler.now(), Counts() ? clocks.em01grpa : 0, clocks.hclk, divider);
  Reschedule();
}

void Timer0::Reschedule() {
  const uint32_t awaited = word(kIen) & ~word(kIf);
  const uint64_t ticks = awaited == 0 ? kNoTick : counter_.TicksUntil(awaited);
  surroundings_.scheduler.At(slot_, ticks == kNoTick ? kNever : ticks_.When(ticks));
}

uint32_t Timer0::Status() const {
  uint32_t status = counter_.running | counter_.down << 1 | (counter_.buffered & 1) << 2;
  status |= (counter_.buffered >> 1 & 7) << 8;
  return status | (lock_.locked() ? kTimerlockstatus : 0);
}

uint32_t Timer0::OnRead(uint32_t offset) {
  switch (offset) {
    case kStatus:
      return Status();
    case kCmd:
      return 0;
    case kEn:
      return word(kEn) | (surroundings_.scheduler.now() < disabling_until_ ? kDisabling : 0);
    default:
      return word(offset);
  }
}

void Timer0::OnWrite(uint32_t offset, uint32_t value) {
  const bool config = offset == kCfg || (IsCompare(offset) && (offset - kCc) % kCcStride == kCcCfg);
  if (offset == kLock) {
    lock_.Write(value);
  } else if (config && lock_.locked()) {
    tree_.Warn("a CFG register of TIMER0 was written while locked, which has no effect");
  } else if (config && enabled()) {
    tree_.Warn("a CFG register of TIMER0 was written while EN is 1, which has no effect");
  } else if (offset == kCmd) {
    Command(value);
  } else if (offset == kEn) {
    Enable((value & kEnable) != 0);
  } else {
    Store(offset, value);
    if (offset == kTop) counter_.top = value;
    if (offset == kCnt) counter_.count = value;
    if (offset == kTopb) {
      counter_.topb = value;
      counter_.buffered |= 1;
    }
    if (IsCompare(offset)) WriteCompare(offset - kCc, value);
    Configure();
  }
}

void Timer0::WriteCompare(uint32_t offset, uint32_t value) {
  const uint32_t channel = offset / kCcStride;
  if (offset % kCcStride == kCcOc) counter_.oc[channel] = value;
  if (offset % kCcStride == kCcOcb) {
    counter_.ocb[channel] = value;
    counter_.buffered |= 2u << channel;
  }
}

void Timer0::Configure() {
  const uint32_t config = word(kCfg);
  const TimerMode mode = static_cast<TimerMode>(config & 3);
  if (mode != counter_.mode) counter_.down = mode == TimerMode::kDown;
  counter_.mode = mode;
  counter_.one_shot = (config & kOsmen) != 0;
  counter_.compares = 0;
  for (unsigned k = 0; k < TimerCounter::kChannels; ++k) {
    const bool compares = (word(kCc + k * kCcStride + kCcCfg) & 3) >= kCcOutputCompare;
    counter_.compares |= static_cast<uint32_t>(compares) << k;
  }
  AfterClockChange();
}

void Timer0::Enable(bool enable) {
  if (enable == enabled()) return;
  Store(kEn, enable ? kEnable : 0);
  if (!enable) {
    counter_.running = 0;
    disabling_until_ = surroundings_.scheduler.now() + kDisablingCycles;
  }
  AfterClockChange();
}

void Timer0::Command(uint32_t bits) {
  if (!enabled()) {
    tree_.Warn("TIMER0.CMD was written while EN is 0, which has no effect");
    return;
  }
  if ((bits & kStop) != 0) {
    counter_.running = 0;
  } else if ((bits & kStart) != 0 && counter_.running == 0) {
    counter_.running = 1;
    if (counter_.mode == TimerMode::kQdec || (word(kCfg) & kClksel) != 0) {
      tree_.Warn(
          "TIMER0 is to count something else than its prescaled clock, which is not modelled: it stands "
          "still");
    }
  }
  AfterClockChange();
}

}  // namespace sim
