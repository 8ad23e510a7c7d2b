// Register accesses of the MVP model: aliases, state registers, and reset.
#include "host/mvp/mvp.h"

namespace mvp_model {
namespace {

constexpr uint32_t kCountMask = 0x00FFFFFF;

uint32_t Combine(uint32_t alias, uint32_t old, uint32_t value) {
  switch (alias) {
    case 0:
      return value;
    case 1:
      return old | value;
    case 2:
      return old & ~value;
    default:
      return old ^ value;
  }
}

// The count that PERF0_CNT or PERF1_CNT shows.
uint32_t CountSelect(uint32_t cfg, uint32_t offset) { return (cfg >> (offset == PERF0_CNT ? 16 : 20)) & 0xF; }

bool IsState(uint32_t offset) { return offset >= PROGRAMSTATE && offset < ARRAY_ADDRCFG; }

}  // namespace

Mvp::Mvp(const CycleModel& cycle_model) : sequencer_(memory_, cycle_model) { Reset(); }

void Mvp::Reset() {
  ResetRegisters();
  words_[EN / 4] = 0;
}

void Mvp::ResetRegisters() {
  const uint32_t enable = words_[EN / 4];
  for (uint32_t offset = 0; offset < kRegisterWords * 4; offset += 4)
    words_[offset / 4] = TraitsOf(offset).reset;
  words_[EN / 4] = enable;
  sequencer_.state = {};
  sequencer_.fault = {};
  sequencer_.flags = 0;
  sequencer_.timing.ClearCounts();
  mode_ = Mode::kIdle;
  launch_debt_ = 0;
}

bool Mvp::Read(uint32_t offset, uint32_t* value) const {
  const uint32_t plain = offset & 0xFFF;
  if (offset >= kWindowBytes || TraitsOf(plain).access == Access::kNone) return false;
  *value = ReadPlain(plain);
  return true;
}

bool Mvp::Write(uint32_t offset, uint32_t value) {
  const uint32_t plain = offset & 0xFFF;
  const uint32_t alias = offset >> 12;
  const RegisterTraits traits = TraitsOf(plain);
  if (offset >= kWindowBytes || traits.access == Access::kNone) return false;
  if (traits.access == Access::kReadOnly || (!Enabled() && plain != EN)) return true;
  if (traits.access == Access::kCommand) {
    const uint32_t commands = alias == 2 ? 0 : value & traits.writable;
    if (plain == CMD) Command(commands);
    if (plain == SWRST && commands != 0) ResetRegisters();
    return true;
  }
  WritePlain(plain, Combine(alias, ReadPlain(plain), value) & traits.writable);
  return true;
}

uint32_t Mvp::ReadPlain(uint32_t offset) const {
  if (IsState(offset)) return ReadState(offset);
  const Timing::Counts counts = sequencer_.timing.counts();
  const uint32_t cfg = words_[CFG / 4];
  switch (offset) {
    case STATUS:
      return mode_ == Mode::kRunning ? kStatusRunning : mode_ == Mode::kPaused ? kStatusPaused : kStatusIdle;
    case PERF0_CNT:
    case PERF1_CNT:
      return (cfg & kPerfCntEn) == 0 ? 0
                                     : static_cast<uint32_t>(counts[CountSelect(cfg, offset)]) & kCountMask;
    case FAULTSTATUS:
      return ReadFaultStatus();
    case FAULTADDR:
      return sequencer_.fault.address;
    default:
      return words_[offset / 4];
  }
}

uint32_t Mvp::ReadState(uint32_t offset) const {
  const MachineState& state = sequencer_.state;
  if (offset == PROGRAMSTATE) return state.pc;
  if (offset < LOOPST_STATE) {
    const auto& index = state.index[(offset - ARRAYST_INDEXSTATE) / 4];
    return static_cast<uint32_t>(index[0]) | static_cast<uint32_t>(index[1]) << 10 |
           static_cast<uint32_t>(index[2]) << 20;
  }
  if (offset < ALU_REGSTATE) {
    const LoopState& loop = state.loops[(offset - LOOPST_STATE) / 4];
    return loop.count | (loop.active ? 1u << 12 : 0u) | static_cast<uint32_t>(loop.begin) << 16;
  }
  const Lanes& lanes = state.registers[(offset - ALU_REGSTATE) / 4];
  return FloatToHalf(lanes.real) | static_cast<uint32_t>(FloatToHalf(lanes.imag)) << 16;
}

uint32_t Mvp::ReadFaultStatus() const {
  const Fault& fault = sequencer_.fault;
  return fault.pc | static_cast<uint32_t>(fault.array) << 8 | static_cast<uint32_t>(fault.bus) << 12 |
         static_cast<uint32_t>(fault.loop) << 16;
}

void Mvp::WritePlain(uint32_t offset, uint32_t value) {
  if (IsState(offset)) {
    WriteState(offset, value);
    return;
  }
  words_[offset / 4] = value;
  if (offset == EN && value == 0) ResetRegisters();
}

void Mvp::WriteState(uint32_t offset, uint32_t value) {
  MachineState& state = sequencer_.state;
  if (offset == PROGRAMSTATE) {
    state.pc = static_cast<uint8_t>(value);
  } else if (offset < LOOPST_STATE) {
    state.index[(offset - ARRAYST_INDEXSTATE) / 4] = {static_cast<uint16_t>(value & 0x3FF),
                                                      static_cast<uint16_t>((value >> 10) & 0x3FF),
                                                      static_cast<uint16_t>((value >> 20) & 0x3FF)};
  } else if (offset < ALU_REGSTATE) {
    state.loops[(offset - LOOPST_STATE) / 4] = {static_cast<uint16_t>(value & 0x3FF),
                                                ((value >> 12) & 1) != 0,
                                                static_cast<uint8_t>((value >> 16) & 7)};
  } else {
    state.registers[(offset - ALU_REGSTATE) / 4] = {HalfToFloat(static_cast<uint16_t>(value)),
                                                    HalfToFloat(static_cast<uint16_t>(value >> 16))};
  }
}

}  // namespace mvp_model
