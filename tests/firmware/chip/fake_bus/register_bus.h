// Stands in for firmware/chip/efr32xg24/bus/register_bus.h: registers in a map, every write recorded.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace chip::bus {

struct StoreRecord {
  uint32_t address;
  uint32_t value;

  bool operator==(const StoreRecord& other) const { return address == other.address && value == other.value; }
};

// What a test sees and decides of the chip. Registers hold what was written; SET and CLR aliases change their
// plain register; the hooks make blocks respond.
class FakeChip {
 public:
  std::vector<StoreRecord> stores;
  std::vector<size_t> barriers;  // per data barrier, how many stores came before it
  std::function<void(uint32_t address, uint32_t value)> on_store = [](uint32_t, uint32_t) {};
  std::function<void(uint32_t address)> on_load = [](uint32_t) {};
  std::function<void()> on_wait_for_interrupt = [] {};
  std::function<void()> on_unmask = [] {};
  bool masked = false;
  int times_unmasked = 0;

  uint32_t& operator[](uint32_t address) { return words_[address]; }

  uint32_t Load(uint32_t address) {
    on_load(address);
    return words_[address];
  }

  void Store(uint32_t address, uint32_t value) {
    stores.push_back({address, value});
    if (IsPeripheral(address)) {
      const uint32_t plain = address & ~uint32_t{0x3000};
      const uint32_t alias = address >> 12 & 3;
      uint32_t& word = words_[plain];
      word = alias == 1 ? word | value : alias == 2 ? word & ~value : value;
    } else {
      words_[address] = value;
    }
    on_store(address, value);
  }

 private:
  static bool IsPeripheral(uint32_t address) { return address >= 0x40000000 && address < 0x50000000; }

  std::map<uint32_t, uint32_t> words_;
};

// The chip of the running test; set by FakeChipTest.
inline FakeChip*& Current() {
  static FakeChip* chip = nullptr;
  return chip;
}

inline uint32_t Load(uint32_t address) { return Current()->Load(address); }

inline void Store(uint32_t address, uint32_t value) { Current()->Store(address, value); }

inline constexpr uint32_t kBlockWords = 6;

inline void StoreBlocks(uint32_t address, const uint32_t* words, uint32_t count) {
  assert(count != 0 && count % kBlockWords == 0);
  for (uint32_t i = 0; i < count; ++i) Store(address + 4 * i, words[i]);
}

}  // namespace chip::bus
