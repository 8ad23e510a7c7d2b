// The account owns the counts; this block shows their difference since STARTPC.
#include "host/sim/peripherals/icache0.h"

#include <utility>

namespace sim {
namespace {

constexpr uint32_t kCtrl = 0x004, kPchits = 0x008, kPcmisses = 0x00C, kPcahits = 0x010, kStatus = 0x014;
constexpr uint32_t kCmd = 0x018, kIf = 0x020, kIen = 0x024;
constexpr uint32_t kCachedis = 1u << 0;
constexpr uint32_t kFlush = 1u << 0, kStartpc = 1u << 1, kStoppc = 1u << 2;
constexpr uint32_t kHitof = 1u << 0, kMissof = 1u << 1, kAhitof = 1u << 2;

std::vector<Register> Registers() {
  return {
      {0x000, "IPVERSION", Access::kReadOnly, 0x00000000},
      {kCtrl, "CTRL", Access::kReadWrite, 0x00000000, 0x00000007},
      {kPchits, "PCHITS", Access::kReadOnly, 0x00000000},
      {kPcmisses, "PCMISSES", Access::kReadOnly, 0x00000000},
      {kPcahits, "PCAHITS", Access::kReadOnly, 0x00000000},
      {kStatus, "STATUS", Access::kReadOnly, 0x00000000},
      {kCmd, "CMD", Access::kReadWrite, 0x00000000, 0x00000007},
      {0x01C, "LPMODE", Access::kReadWrite, 0x00000023, 0x000000F3},
      {kIf, "IF", Access::kReadWrite, 0x00000000, 0x00000107},
      {kIen, "IEN", Access::kReadWrite, 0x00000000, 0x00000107},
  };
}

}  // namespace

Icache0::Icache0(const Surroundings& surroundings, CacheControls controls)
    : StatefulPeripheral("ICACHE0", 0x40034000, {1, 15}, Registers(), surroundings,
                         {kIf, kIen, {{kIrqIcache0}}}),
      controls_(std::move(controls)) {}

bool Icache0::enabled() const { return (word(kCtrl) & kCachedis) == 0; }

void Icache0::Reset() {
  Peripheral::Reset();
  running_ = false;
  start_ = CacheCounts{};
  Enable();
}

void Icache0::BeforeAccess() {
  if (!running_ || !controls_.counts) return;
  const CacheCounts now = controls_.counts();
  const uint64_t since[] = {now.hits - start_.hits, now.misses - start_.misses,
                            now.advance_hits - start_.advance_hits};
  constexpr uint32_t kFlags[] = {kHitof, kMissof, kAhitof};
  uint64_t* const starts[] = {&start_.hits, &start_.misses, &start_.advance_hits};
  uint32_t flags = 0;
  for (unsigned i = 0; i < 3; ++i) {
    const uint64_t wraps = since[i] >> 32;
    if (wraps != 0) flags |= kFlags[i];
    *starts[i] += wraps << 32;
    set_word(kPchits + 4 * i, static_cast<uint32_t>(since[i]));
  }
  Raise(flags);
}

uint32_t Icache0::OnRead(uint32_t offset) {
  return offset == kStatus ? static_cast<uint32_t>(running_) : word(offset);
}

void Icache0::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == kCmd) {
    Command(value);
    return;
  }
  Store(offset, value);
  if (offset == kCtrl) Enable();
}

void Icache0::Enable() {
  if (controls_.enable) controls_.enable(enabled());
}

void Icache0::Command(uint32_t bits) {
  if ((bits & kFlush) != 0 && controls_.flush) controls_.flush();
  if ((bits & kStoppc) != 0) {
    running_ = false;
  } else if ((bits & kStartpc) != 0) {
    running_ = true;
    if (controls_.counts) start_ = controls_.counts();
    for (const uint32_t offset : {kPchits, kPcmisses, kPcahits}) set_word(offset, 0);
  }
}

}  // namespace sim
