// The part of register access that all peripherals share.
#include "host/sim/peripherals/peripheral.h"

#include <algorithm>
#include <utility>

namespace sim {
namespace {

constexpr uint32_t kAliasBytes = 0x1000;  // plain, SET, CLR and TGL follow each other

uint32_t Resolve(uint32_t alias, uint32_t old_value, uint32_t written) {
  switch (alias) {
    case 1:
      return old_value | written;
    case 2:
      return old_value & ~written;
    case 3:
      return old_value ^ written;
    default:
      return written;
  }
}

}  // namespace

Peripheral::Peripheral(const char* name, uint32_t base, ClockGate gate, std::vector<Register> registers,
                       const Surroundings& surroundings, InterruptRegisters interrupts)
    : surroundings_(surroundings),
      name_(name),
      base_(base),
      gate_(gate),
      registers_(std::move(registers)),
      index_(kAliasBytes / 4, -1),
      words_(kAliasBytes / 4),
      interrupts_(std::move(interrupts)) {
  for (size_t i = 0; i < registers_.size(); ++i) index_[registers_[i].offset / 4] = static_cast<int16_t>(i);
  for (const Register& entry : registers_) words_[entry.offset / 4] = entry.reset;
}

const Register* Peripheral::Find(uint32_t offset) const {
  const int16_t index = index_[offset % kAliasBytes / 4];
  return index < 0 ? nullptr : &registers_[static_cast<size_t>(index)];
}

AccessResult Peripheral::Read(uint32_t offset, unsigned size) {
  if (!modelled()) return {0, Refusal::kNotModelled};
  if (!gate_.Open(surroundings_.clocks)) return {0, Refusal::kNoClock};
  const Register* entry = Find(offset);
  if (entry == nullptr) return {0, Refusal::kNoRegister};
  if (size != 4 || offset % 4 != 0) return {0, Refusal::kSize};
  BeforeAccess();
  return {entry->access == Access::kWriteOnly ? 0 : OnRead(entry->offset), Refusal::kNone};
}

AccessResult Peripheral::Write(uint32_t offset, unsigned size, uint32_t value) {
  if (!modelled()) return {0, Refusal::kNotModelled};
  if (!gate_.Open(surroundings_.clocks)) return {0, Refusal::kNoClock};
  const Register* entry = Find(offset);
  if (entry == nullptr) return {0, Refusal::kNoRegister};
  if (size != 4 || offset % 4 != 0) return {0, Refusal::kSize};
  if (entry->access == Access::kReadOnly) return {};
  BeforeAccess();
  const uint32_t resolved = Resolve(offset / kAliasBytes, word(entry->offset), value);
  if (IsInterruptRegister(entry->offset)) {
    Store(entry->offset, resolved);
    UpdateLines();
    AfterInterruptWrite();
  } else {
    OnWrite(entry->offset, resolved);
  }
  return {};
}

void Peripheral::Reset() {
  for (const Register& entry : registers_) words_[entry.offset / 4] = entry.reset;
  UpdateLines();
}

void Peripheral::Store(uint32_t offset, uint32_t value) {
  const Register* entry = Find(offset);
  const uint32_t mask = entry == nullptr ? 0 : entry->writable;
  words_[offset / 4] = (words_[offset / 4] & ~mask) | (value & mask);
}

void Peripheral::Raise(uint32_t flags) {
  set_word(interrupts_.if_offset, word(interrupts_.if_offset) | flags);
  UpdateLines();
}

bool Peripheral::IsInterruptRegister(uint32_t offset) const {
  if (interrupts_.lines.empty()) return false;
  return offset == interrupts_.if_offset || offset == interrupts_.ien_offset;
}

void Peripheral::UpdateLines() {
  const uint32_t enabled = word(interrupts_.if_offset) & word(interrupts_.ien_offset);
  for (const InterruptLine& line : interrupts_.lines)
    surroundings_.interrupts.Set(line.irq, (enabled & line.flags) != 0);
}

}  // namespace sim
