// Cells of the flash, byte by byte.
#include "host/sim/peripherals/flash_array.h"

#include "host/sim/peripherals/split_mix.h"

namespace sim {
namespace {

constexpr uint32_t kWordBytes = 4;

// The bits of the byte at `address` that an operation has reached after `done` of 256 parts.
uint8_t ReachedBits(uint32_t address, uint32_t done, uint64_t seed) {
  const uint64_t draws = SplitMix(seed ^ uint64_t{address} << 32);
  uint8_t bits = 0;
  for (unsigned b = 0; b < 8; ++b) {
    if ((draws >> (8 * b) & 0xFF) < done) bits = static_cast<uint8_t>(bits | 1u << b);
  }
  return bits;
}

}  // namespace

bool FlashArray::InUserData(uint32_t address) const {
  return address - kUserDataBase < memories_.user_data.size();
}

uint32_t FlashArray::PageBytes(uint32_t address) const {
  if (address - kFlashBase < memories_.flash.size()) return kFlashPageBytes;
  return InUserData(address) ? kUserDataBytes : 0;
}

uint32_t FlashArray::PageStart(uint32_t address) const { return address & ~(PageBytes(address) - 1); }

// A bit stuck at 1 does not care what is done to it.
void FlashArray::Set(uint32_t address, uint8_t value) {
  uint8_t* byte = memories_.Find(address, 1);
  if (byte == nullptr) return;
  const bool stuck = faults_.flash_stuck_address == static_cast<int64_t>(address);
  *byte = static_cast<uint8_t>(stuck ? value | faults_.flash_stuck_bits : value);
}

void FlashArray::Program(uint32_t address, uint32_t word) { ProgramPartly(address, word, 256, 0); }

void FlashArray::ProgramPartly(uint32_t address, uint32_t word, uint32_t done, uint64_t seed) {
  for (uint32_t i = 0; i < kWordBytes; ++i) {
    const uint8_t* byte = memories_.Find(address + i, 1);
    if (byte == nullptr) return;
    const uint8_t reached = ReachedBits(address + i, done, seed);
    const uint8_t zeros = static_cast<uint8_t>(~(word >> 8 * i) & reached);
    Set(address + i, static_cast<uint8_t>(*byte & ~zeros));
  }
  memories_.Changed(address, kWordBytes);
}

void FlashArray::ErasePage(uint32_t address) { ErasePagePartly(address, 256, 0); }

void FlashArray::ErasePagePartly(uint32_t address, uint32_t done, uint64_t seed) {
  const uint32_t start = PageStart(address);
  const uint32_t size = PageBytes(address);
  const uint8_t* bytes = memories_.Find(start, size);
  if (bytes == nullptr || size == 0) return;
  for (uint32_t i = 0; i < size; ++i) {
    Set(start + i,
        static_cast<uint8_t>(bytes[i] | (done >= 256 ? 0xFF : ReachedBits(start + i, done, seed))));
  }
  memories_.Changed(start, size);
}

void FlashArray::EraseMain() {
  const uint32_t size = static_cast<uint32_t>(memories_.flash.size());
  for (uint32_t page = 0; page < size; page += kFlashPageBytes) ErasePage(kFlashBase + page);
}

}  // namespace sim
