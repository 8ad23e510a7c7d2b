// Each bank is an array of words, 32 interrupts each; priorities are bytes.
#include "host/sim/core/nvic.h"

namespace sim {
namespace {

constexpr uint32_t kIctr = 0xE000E004;
constexpr uint32_t kIser = 0xE000E100;
constexpr uint32_t kIcer = 0xE000E180;
constexpr uint32_t kIspr = 0xE000E200;
constexpr uint32_t kIcpr = 0xE000E280;
constexpr uint32_t kIabr = 0xE000E300;
constexpr uint32_t kItns = 0xE000E380;
constexpr uint32_t kIpr = 0xE000E400;
constexpr uint32_t kIprEnd = 0xE000E5F0;
constexpr uint32_t kBankBytes = 0x80;

}  // namespace

bool Nvic::Read(uint32_t address, uint32_t& value) const {
  value = 0;
  if (address == kIctr) {
    value = (kIrqs - 1) / 32;
    return true;
  }
  if (address >= kIpr && address < kIprEnd) {
    for (unsigned i = 0; i < 4; ++i) {
      const uint32_t irq = address - kIpr + i;
      if (irq < kIrqs) value |= uint32_t{exceptions_.priority(kFirstIrq + irq)} << (8 * i);
    }
    return true;
  }
  if (address < kIser || address >= kItns + kBankBytes) return false;
  const uint32_t bank = kIser + (address - kIser) / kBankBytes * kBankBytes;
  for (unsigned i = 0; i < 32; ++i) {
    const uint32_t irq = (address - bank) / 4 * 32 + i;
    if (irq >= kIrqs) break;
    const unsigned number = kFirstIrq + irq;
    bool bit = false;
    if (bank == kIser || bank == kIcer) bit = exceptions_.enabled(number);
    if (bank == kIspr || bank == kIcpr) bit = exceptions_.pending(number);
    if (bank == kIabr) bit = exceptions_.active(number);
    value |= uint32_t{bit} << i;
  }
  return true;
}

bool Nvic::Write(uint32_t address, uint32_t value) {
  if (address == kIctr) return true;
  if (address >= kIpr && address < kIprEnd) {
    for (unsigned i = 0; i < 4; ++i) {
      const uint32_t irq = address - kIpr + i;
      if (irq < kIrqs) exceptions_.set_priority(kFirstIrq + irq, static_cast<uint8_t>(value >> (8 * i)));
    }
    return true;
  }
  if (address < kIser || address >= kItns + kBankBytes) return false;
  const uint32_t bank = kIser + (address - kIser) / kBankBytes * kBankBytes;
  for (unsigned i = 0; i < 32; ++i) {
    const uint32_t irq = (address - bank) / 4 * 32 + i;
    if (irq >= kIrqs) break;
    if ((value >> i & 1) == 0) continue;
    const unsigned number = kFirstIrq + irq;
    if (bank == kIser) exceptions_.set_enabled(number, true);
    if (bank == kIcer) exceptions_.set_enabled(number, false);
    if (bank == kIspr) exceptions_.Pend(number);
    if (bank == kIcpr) exceptions_.Unpend(number);
  }
  return true;
}

void Nvic::Trigger(uint32_t irq) {
  if ((irq & 0x1FF) < kIrqs) exceptions_.Pend(kFirstIrq + (irq & 0x1FF));
}

}  // namespace sim
