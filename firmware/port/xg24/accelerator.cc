// Reaches the MVP's registers and waits for it asleep (hardware description 6.2).
#include "port/xg24/accelerator.h"

#include <algorithm>

#include "chip/efr32xg24/cycle_timer.h"
#include "chip/efr32xg24/memory_map.h"
#include "chip/efr32xg24/part.h"
#include "chip/efr32xg24/registers/core.h"
#include "chip/efr32xg24/registers/mvp.h"
#include "instructions.h"

namespace port::xg24 {
namespace {

using chip::CycleCount;
using chip::MVP;
using chip::NVIC;
using chip::SysTick;

static_assert(RegisterBlock::kMultiple == chip::bus::kBlockWords);

void StartWakeUps(uint32_t cycles) {
  SysTick::LOAD::Write(std::clamp<uint32_t>(cycles, 1, SysTick::LOAD_MAX));
  SysTick::VAL::Write(0);
  SysTick::CTRL::Write(SysTick::CTRL_CORE_CLOCK_WITH_INTERRUPT);
}

void StopWakeUps() {
  SysTick::CTRL::Write(0);
  chip::SCB::ICSR::Write(chip::SCB::ICSR_PENDSTCLR);
}

bool IsIdle() { return (MVP::STATUS::Read() & MVP::STATUS_IDLE) != 0; }

// One sleep, entered with interrupts masked: a pending interrupt wakes the core all the same, so that nothing
// that happens after the caller's look at STATUS is slept through. Returns its length in cycles.
uint32_t Sleep() {
  NVIC::Enable<MVP::kIrq>();
  const uint32_t before = CycleCount();
  chip::WaitForInterrupt();
  const uint32_t after = CycleCount();
  NVIC::Disable<MVP::kIrq>();
  return after - before;
}

// The accelerator's line may still be raised and nobody handles it: it must be off before others are let in.
void LetInterruptsIn() {
  chip::DataSyncBarrier();
  chip::UnmaskInterrupts();
}

// Looks at STATUS before the core goes to sleep: about as long as that and waking up take. Prescales of 128
// inputs end meanwhile; without polls the ten layers of the reference model take 481 cycles more.
constexpr int kPolls = 16;

// Waits awake; returns the cycles from the first look on.
inline uint32_t Poll() {
  if (IsIdle()) return 0;
  const uint32_t start = CycleCount();
  for (int i = 1; i < kPolls && !IsIdle(); ++i) {
  }
  return CycleCount() - start;
}

// Sleeps until the accelerator is idle or until the timeout; returns the cycles asleep.
[[gnu::hot]] uint32_t SleepUntilIdle(uint32_t timeout_cycles) {
  const uint32_t start = CycleCount();
  uint32_t asleep = 0;
  NVIC::ClearPending<MVP::kIrq>();
  StartWakeUps(timeout_cycles);
  const bool were_allowed = chip::MaskInterrupts();
  while (!IsIdle() && CycleCount() - start < timeout_cycles) {
    asleep += Sleep();
    // Looked at before other interrupts are let in: the next program is late by whatever is done here.
    if (IsIdle()) break;
    LetInterruptsIn();
    (void)chip::MaskInterrupts();
  }
  StopWakeUps();
  if (were_allowed) LetInterruptsIn();
  return asleep;
}

// In pieces whose results fit registers.
inline uint32_t Wait(uint32_t timeout_cycles) {
  uint32_t waited = Poll();
  if (!IsIdle()) waited += SleepUntilIdle(timeout_cycles);
  return waited;
}

// What the accelerator stored is read after this and no earlier.
inline bool HasEnded() {
  const bool idle = IsIdle();
  chip::DataSyncBarrier();
  return idle;
}

}  // namespace

bool MvpAccelerator::Present() const { return timed_ && chip::PartHasMvp(chip::DEVINFO::PART::Read()); }

uint32_t MvpAccelerator::Read(uint32_t offset) { return chip::bus::Load(MVP::kBase + offset); }

void MvpAccelerator::Write(uint32_t offset, uint32_t value) { chip::bus::Store(MVP::kBase + offset, value); }

void MvpAccelerator::WriteBlock(uint32_t offset, const uint32_t* words, size_t count) {
  // The last word may start a program: what the core has stored must be in memory before, and stores to
  // registers are not ordered after stores to memory by themselves.
  chip::DataSyncBarrier();
  for (size_t i = 0; i < count; ++i) Write(offset + static_cast<uint32_t>(4 * i), words[i]);
}

[[gnu::hot]] void MvpAccelerator::Launch(const LaunchWords& launch) {
  for (const RegisterBlock& block : launch.blocks) {
    chip::bus::StoreBlocks(MVP::kBase + block.offset, block.words, block.count);
  }
  const RegisterWord* const end = launch.words.data() + launch.word_count;
#pragma GCC unroll 4  // four cycles less per launch
  for (const RegisterWord* word = launch.words.data(); word != end; ++word) Write(word->offset, word->value);
  chip::DataSyncBarrier();  // as in WriteBlock
  Write(launch.command.offset, launch.command.value);
}

void MvpAccelerator::PowerUp() {
  chip::CMU::CLKEN1::Set(chip::CMU::CLKEN1_MVP);
  MVP::EN::Clear(MVP::EN_EN);
  // A block that does not get ready here is found by the driver's first program, which times out.
  (void)chip::PollUntil<MVP::EN>(MVP::EN_DISABLING, 0);
  MVP::SWRST::Write(MVP::SWRST_SWRST);
  (void)chip::PollUntil<MVP::SWRST>(MVP::SWRST_RESETTING, 0);
}

WaitResult MvpAccelerator::WaitUntilIdle(uint32_t timeout_cycles) {
  const uint32_t waited = Wait(timeout_cycles);
  return {HasEnded(), waited};
}

[[gnu::hot]] ProgramEnd MvpAccelerator::WaitForEnd(uint32_t timeout_cycles) {
  const uint32_t waited = Wait(timeout_cycles);
  if (!HasEnded()) return {{false, waited}, 0, 0};
  return {{true, waited}, MvpAccelerator::Read(mvp::reg::IF), MvpAccelerator::Read(mvp::reg::PERF0CNT)};
}

uint32_t MvpAccelerator::BusAddress(const void* pointer) const {
  // The accelerator has no address translation: on the chip a pointer's value is its bus address. This cast
  // is the only place where the firmware relies on that.
  const auto address = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(pointer));
  return chip::InFlashOrRam(address) ? address : 0;
}

}  // namespace port::xg24
