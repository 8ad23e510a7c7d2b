// Register accesses, time and interrupt of the accelerator on the board.
#include "host/sim/peripherals/mvp_block.h"

#include <algorithm>
#include <utility>

#include "host/mvp/cycle_model.h"

namespace sim {
namespace {

constexpr uint32_t kPlainMask = 0xFFF;
constexpr uint32_t kClearAlias = 2;
constexpr Cycle kMostCyclesAtOnce = 1u << 24;
// PERFnCNT counts at most one per cycle, and an instruction takes fewer cycles than the margin.
constexpr uint32_t kWrapFlags = mvp_model::kIfPerfCnt0 | mvp_model::kIfPerfCnt0 << 1;
constexpr uint32_t kWrapMargin = 1024;
constexpr uint32_t kCounterSpan = 1u << 24;
// Flags that end a program; others may rise in the middle of one.
constexpr uint32_t kEndFlags = mvp_model::kIfProgDone | mvp_model::kIfLoopFault | mvp_model::kIfBusErrFault |
                               mvp_model::kIfBusAlignFault | mvp_model::kIfAluFault |
                               mvp_model::kIfArrayFault;

const mvp_model::CycleModel& CycleModelNamed(std::string_view name) {
  const mvp_model::CycleModel* model = mvp_model::FindCycleModel(name);
  return model != nullptr ? *model : mvp_model::kDeviceFlash;
}

uint32_t Word(const mvp_model::Mvp& model, uint32_t offset) {
  uint32_t value = 0;
  return model.Read(offset, &value) ? value : 0;
}

}  // namespace

MvpBlock::MvpBlock(const Surroundings& surroundings, std::string_view cycle_model, bool present)
    : StatefulPeripheral("MVP", 0x4D000000, {1, 30}, {}, surroundings),
      present_(present),
      interrupt_(surroundings.scheduler.Add(
          "MVP interrupt", [this] { surroundings_.interrupts.Set(kIrqMvp, model_.interrupt()); })),
      model_(CycleModelNamed(cycle_model)) {
  ConnectMemories(true);
}

void MvpBlock::ConnectMemories(bool all) {
  model_.memory().Clear();
  disconnected_ = !all;
  if (!all) return;
  const auto add = [&](uint32_t base, std::vector<uint8_t>& bytes, bool writable,
                       mvp_model::RegionKind kind) {
    model_.memory().Add(
        {base, static_cast<uint32_t>(bytes.size()), bytes.data(), writable ? bytes.data() : nullptr, kind});
  };
  Memories& memories = surroundings_.memories;
  add(kFlashBase, memories.flash, false, mvp_model::RegionKind::kFlash);
  add(kRamBase, memories.ram, true, mvp_model::RegionKind::kRam);
  add(kUserDataBase, memories.user_data, false, mvp_model::RegionKind::kFlash);
  add(kDevinfoBase, memories.devinfo, false, mvp_model::RegionKind::kFlash);
}

void MvpBlock::Reset() {
  Peripheral::Reset();
  model_.Reset();
  ConnectMemories(true);
  store_ranges_.clear();
  reached_ = surroundings_.scheduler.now();
  surroundings_.scheduler.Cancel(interrupt_);
  surroundings_.interrupts.Set(kIrqMvp, false);
}

template <class Archive>
void MvpBlock::Serialize(Archive& archive) {
  archive(reached_);
  archive(fault_spent_);
  archive(disconnected_);
  uint64_t count = store_ranges_.size();
  archive(count);
  if constexpr (Archive::kLoads) {
    store_ranges_.assign(std::min<uint64_t>(count, mvp_model::kArrays), {});
    ConnectMemories(!disconnected_);
  }
  for (Range& range : store_ranges_) {
    archive(range.address);
    archive(range.size);
  }
  model_.Serialize(archive);
}
template void MvpBlock::Serialize(Saver& archive);
template void MvpBlock::Serialize(Loader& archive);

AccessResult MvpBlock::Read(uint32_t offset, unsigned size) {
  if (!present_) return {0, Refusal::kNoRegister};
  if (!clock_.Open(surroundings_.clocks)) return {0, Refusal::kNoClock};
  CatchUp(surroundings_.scheduler.now());
  AccessResult result;
  if (!model_.Read(offset & ~3u, &result.value)) return {0, Refusal::kNoRegister};
  return size == 4 && offset % 4 == 0 ? result : AccessResult{0, Refusal::kSize};
}

AccessResult MvpBlock::Write(uint32_t offset, unsigned size, uint32_t value) {
  if (!present_) return {0, Refusal::kNoRegister};
  if (!clock_.Open(surroundings_.clocks)) return {0, Refusal::kNoClock};
  if (uint32_t unused; !model_.Read(offset & ~3u, &unused)) return {0, Refusal::kNoRegister};
  if (size != 4 || offset % 4 != 0) return {0, Refusal::kSize};
  const Cycle now = surroundings_.scheduler.now();
  CatchUp(now);
  const bool was_running = model_.running();
  const bool command = (offset & kPlainMask) == mvp_model::CMD && offset / (kPlainMask + 1) != kClearAlias;
  const bool starts = command && (value & (mvp_model::kCmdStart | mvp_model::kCmdStep)) != 0;
  if (starts && !was_running) PrepareLaunch();
  if (!model_.Write(offset, value)) return {0, Refusal::kNoRegister};
  // A new launch: the time that the last instruction had taken in advance is forgiven.
  if (model_.running() && !was_running) reached_ = now;
  if (model_.running() != was_running) TellProgram(now, !was_running);
  if ((starts || was_running) && !model_.running()) ReportStores();
  UpdateInterrupt(now);
  return {};
}

bool MvpBlock::Frozen() const { return surroundings_.faults.mvp_stuck || !clock_.Open(surroundings_.clocks); }

// A program that is about to start, or to take one step.
void MvpBlock::PrepareLaunch() {
  const bool fault = surroundings_.faults.mvp_bus_error;
  ConnectMemories(!fault || fault_spent_);
  fault_spent_ = fault;
  FindStoreRanges();
}

// Where the program's stores can go, from all values that the indices of its arrays can take.
void MvpBlock::FindStoreRanges() {
  store_ranges_.clear();
  uint32_t arrays = 0;
  for (uint32_t n = 0; n < mvp_model::kInstructions; ++n) {
    const uint32_t store = Word(model_, mvp_model::INSTR_CFG0 + 12 * n + 4) >> 20;
    if ((store >> 3 & 1) != 0) arrays |= 1u << (store >> 4 & 7);
  }
  for (uint32_t a = 0; a < mvp_model::kArrays; ++a) {
    if ((arrays >> a & 1) == 0) continue;
    const uint32_t base = mvp_model::ARRAY_ADDRCFG + 16 * a;
    const uint32_t dim0 = Word(model_, base + 4);
    const int64_t element = ((dim0 >> 13 & 1) != 0 ? 2 : 1) * ((dim0 >> 14 & 1) != 0 ? 2 : 1);
    int64_t low = 0, high = element;
    for (uint32_t d = 0; d < mvp_model::kDims; ++d) {
      const uint32_t dim = Word(model_, base + 4 + 4 * d);
      const int64_t stride = static_cast<int64_t>((dim >> 16 & 0xFFF) ^ 0x800) - 0x800;
      const int64_t reach = stride * (dim & 0x3FF) * element;
      (reach < 0 ? low : high) += reach;
    }
    const int64_t address = Word(model_, base);
    const int64_t from = std::max<int64_t>(address + low, kRamBase);
    const int64_t to = std::min<int64_t>(
        address + high, int64_t{kRamBase} + static_cast<int64_t>(surroundings_.memories.ram.size()));
    if (from < to) store_ranges_.push_back({static_cast<uint32_t>(from), static_cast<uint32_t>(to - from)});
  }
}

void MvpBlock::ReportStores() {
  for (const Range& range : store_ranges_) surroundings_.memories.Changed(range.address, range.size);
}

// Cycles in which no interrupt that is enabled can rise but by the program's end; 1 where that is not known.
Cycle MvpBlock::QuietCycles() const {
  const uint32_t enabled = Word(model_, mvp_model::IEN) & ~kEndFlags;
  if (enabled == 0) return kNever;
  if ((enabled & ~kWrapFlags) != 0) return 1;
  const uint32_t counted =
      std::max(Word(model_, mvp_model::PERF0_CNT), Word(model_, mvp_model::PERF1_CNT)) + kWrapMargin;
  return counted < kCounterSpan ? kCounterSpan - counted : 1;
}

// With an interrupt enabled that may rise in the middle of a program, this goes from instruction to
// instruction where that can happen, and stops when it does, if it is to.
void MvpBlock::Work(Cycle limit, bool stops_at_interrupt) {
  const bool watches = stops_at_interrupt && !model_.interrupt();
  while (reached_ < limit && model_.running() && !(watches && model_.interrupt())) {
    const Cycle left = limit - reached_;
    reached_ += model_.Advance(watches ? std::min(left, QuietCycles()) : left);
  }
}

Cycle MvpBlock::CatchUp(Cycle limit) {
  const Cycle now = surroundings_.scheduler.now();
  if (Frozen() || !model_.running()) {
    reached_ = std::max(reached_, limit == kNever ? now : limit);
    return limit;
  }
  if (limit <= reached_) return reached_;
  // A program may have 1024^8 iterations: control returns now and then.
  Work(std::min(limit, reached_ + kMostCyclesAtOnce), limit > now);
  if (!model_.running()) {
    ReportStores();
    TellProgram(reached_, false);
  }
  UpdateInterrupt(reached_);
  return reached_;
}

void MvpBlock::TellProgram(Cycle cycle, bool begins) {
  constexpr uint32_t kFaults = kEndFlags & ~mvp_model::kIfProgDone;
  if (on_program_) on_program_({cycle, begins, !begins && (Word(model_, mvp_model::IF) & kFaults) != 0});
}

// The line follows the model at cycle `when`.
void MvpBlock::UpdateInterrupt(Cycle when) {
  if (when > surroundings_.scheduler.now()) {
    if (model_.interrupt() != surroundings_.interrupts.level(kIrqMvp))
      surroundings_.scheduler.At(interrupt_, when);
    return;
  }
  surroundings_.scheduler.Cancel(interrupt_);
  surroundings_.interrupts.Set(kIrqMvp, model_.interrupt());
}

}  // namespace sim
