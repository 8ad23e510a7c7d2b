// The core's registers through the engine: the names it has for them, and the few that it has none for.
#include <cstring>

#include "host/sim/core/engine.h"

namespace sim {
namespace {

constexpr uint32_t kIpsrMask = 0x1FF;
constexpr uint32_t kScratchBase = 0x1000;  // mapped only while the hidden fields are looked for
constexpr uint32_t kScratchBytes = 0x400;
constexpr uint32_t kSecureFpccr = 0xC0000004;  // ASPEN, LSPEN, S
constexpr uint32_t kAspen = 1U << 31;

constexpr int kNames[] = {UC_ARM_REG_R0,  UC_ARM_REG_R1, UC_ARM_REG_R2,  UC_ARM_REG_R3,
                          UC_ARM_REG_R4,  UC_ARM_REG_R5, UC_ARM_REG_R6,  UC_ARM_REG_R7,
                          UC_ARM_REG_R8,  UC_ARM_REG_R9, UC_ARM_REG_R10, UC_ARM_REG_R11,
                          UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR,  UC_ARM_REG_PC};

int NameOf(Engine::Special which) {
  switch (which) {
    case Engine::Special::kMsp:
      return UC_ARM_REG_MSP;
    case Engine::Special::kPsp:
      return UC_ARM_REG_PSP;
    case Engine::Special::kPrimask:
      return UC_ARM_REG_PRIMASK;
    case Engine::Special::kBasepri:
      return UC_ARM_REG_BASEPRI;
    default:
      return UC_ARM_REG_FAULTMASK;
  }
}

}  // namespace

uint32_t Engine::Get(int id) const {
  uint32_t value = 0;
  uc_reg_read(uc_, id, &value);
  return value;
}

void Engine::Set(int id, uint32_t value) { uc_reg_write(uc_, id, &value); }

uint32_t Engine::Register(unsigned number) const {
  return number < kLiveRegisters && live_ != nullptr ? live_[number] : Get(kNames[number & 15]);
}

void Engine::SetRegister(unsigned number, uint32_t value) {
  Set(kNames[number & 15], number == 15 ? value | 1 : value);
}

bool Engine::Misaligned(const TimedBlock& block) const {
  uint32_t any = 0;
  for (unsigned bases = block.word_bases; bases != 0; bases &= bases - 1) {
    any |= Register(static_cast<unsigned>(__builtin_ctz(bases)));
  }
  return block.inspect || any % 4 != 0;
}

uint32_t Engine::xpsr() const { return Get(UC_ARM_REG_XPSR); }

void Engine::set_xpsr(uint32_t value) {
  Set(UC_ARM_REG_EPSR, value);  // T and IT
  Set(UC_ARM_REG_APSR_NZCVQG, value);
}

uint32_t Engine::ipsr() const { return Get(UC_ARM_REG_IPSR) & kIpsrMask; }

void Engine::set_ipsr(uint32_t value) { Set(UC_ARM_REG_IPSR, value & kIpsrMask); }

uint32_t Engine::control() const { return Get(UC_ARM_REG_CONTROL); }

void Engine::set_control(uint32_t value) {
  const uint32_t before = ipsr();
  if (before == 0) set_ipsr(3);  // handlers are privileged; unprivileged code's writes get lost
  Set(UC_ARM_REG_CONTROL, value);
  if (before == 0) set_ipsr(0);
}

uint32_t Engine::special(Special which) {
  const bool unprivileged = ipsr() == 0 && (control() & 1) != 0;
  if (unprivileged) set_ipsr(3);
  const uint32_t value = Get(NameOf(which));
  if (unprivileged) set_ipsr(0);
  return value;
}

void Engine::set_special(Special which, uint32_t value) {
  const bool unprivileged = ipsr() == 0 && (control() & 1) != 0;
  if (unprivileged) set_ipsr(3);
  Set(NameOf(which), value);
  if (unprivileged) set_ipsr(0);
}

uint32_t Engine::fpscr() const { return Get(UC_ARM_REG_FPSCR); }
void Engine::set_fpscr(uint32_t value) { Set(UC_ARM_REG_FPSCR, value); }
uint32_t Engine::s(unsigned number) const { return Get(UC_ARM_REG_S0 + static_cast<int>(number)); }
void Engine::set_s(unsigned number, uint32_t value) { Set(UC_ARM_REG_S0 + static_cast<int>(number), value); }

// MSPLIM, PSPLIM and the exclusive monitor have no names; a saved context holds them. Where, is found by
// giving them values that occur nowhere else.
void Engine::FindHidden() {
  constexpr uint32_t kMsplim = 0xA5C3D2E8, kPsplim = 0x5AC3D2F8;
  std::vector<uint8_t> scratch(kScratchBytes);
  const auto run = [&](std::vector<uint16_t> code, uint32_t r0) {
    code.push_back(0xBF30);  // WFI ends it
    std::memcpy(scratch.data(), code.data(), code.size() * 2);
    ForgetCode(kScratchBase, kScratchBase + kScratchBytes);
    Set(UC_ARM_REG_R0, r0);
    uc_emu_start(uc_, kScratchBase | 1, 0, 0, 0);
  };
  uc_mem_map_ptr(uc_, kScratchBase, kScratchBytes, UC_PROT_ALL, scratch.data());
  quiet_ = true;
  run({0xF380, 0x880A}, kMsplim);                               // MSR MSPLIM, R0
  run({0xF380, 0x880B}, kPsplim);                               // MSR PSPLIM, R0
  run({0xE850, 0x1F00, 0x2000, 0x2100}, kScratchBase + 0x3F8);  // LDREX R1, [R0]; then R0 = R1 = 0
  uc_context_save(uc_, context_);
  const auto* bytes = reinterpret_cast<const uint8_t*>(context_);
  const size_t size = uc_context_size(uc_);
  for (size_t at = 0; at + 8 <= size; at += 4) {
    uint32_t words[2];
    std::memcpy(words, bytes + at, 8);
    if (words[0] == kMsplim) msplim_at_ = at;
    if (words[0] == kPsplim) psplim_at_ = at;
    if (words[0] == kScratchBase + 0x3F8 && words[1] == 0) exclusive_at_ = at;
  }
  uint32_t fpccr = 0;
  std::memcpy(&fpccr, bytes + psplim_at_ + 16, 4);
  if (fpccr == kSecureFpccr) fpccr_at_ = psplim_at_ + 16;
  run({0xF380, 0x880A}, 0);
  run({0xF380, 0x880B}, 0);
  ClearExclusive();
  quiet_ = false;
  uc_mem_unmap(uc_, kScratchBase, kScratchBytes);
  for (unsigned i = 0; i < 15; ++i) SetRegister(i, 0);
}

Engine::Hidden Engine::hidden() {
  uc_context_save(uc_, context_);
  const auto* bytes = reinterpret_cast<const uint8_t*>(context_);
  Hidden hidden{};
  uint64_t exclusive = 0;
  std::memcpy(&hidden.msplim, bytes + msplim_at_, 4);
  std::memcpy(&hidden.psplim, bytes + psplim_at_, 4);
  std::memcpy(&exclusive, bytes + exclusive_at_, 8);
  hidden.exclusive = exclusive != ~uint64_t{0};
  return hidden;
}

void Engine::set_stack_limits(uint32_t msplim, uint32_t psplim) {
  uc_context_save(uc_, context_);
  auto* bytes = reinterpret_cast<uint8_t*>(context_);
  std::memcpy(bytes + msplim_at_, &msplim, 4);
  std::memcpy(bytes + psplim_at_, &psplim, 4);
  uc_context_restore(uc_, context_);
}

void Engine::set_float_control(uint32_t fpdscr, bool aspen) {
  if (fpccr_at_ == 0) return;
  const uint32_t fpccr = aspen ? kSecureFpccr : kSecureFpccr & ~kAspen;
  uc_context_save(uc_, context_);
  auto* bytes = reinterpret_cast<uint8_t*>(context_) + fpccr_at_;
  std::memcpy(bytes, &fpccr, 4);
  std::memcpy(bytes + 8, &fpdscr, 4);
  uc_context_restore(uc_, context_);
}

void Engine::ClearExclusive() {
  uc_context_save(uc_, context_);
  const uint64_t none = ~uint64_t{0};
  std::memcpy(reinterpret_cast<uint8_t*>(context_) + exclusive_at_, &none, 8);
  uc_context_restore(uc_, context_);
}

}  // namespace sim
