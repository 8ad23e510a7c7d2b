// The trim words are the vendor driver's constants with TUNING in the middle of its range.
#include "host/sim/peripherals/devinfo.h"

#include <algorithm>
#include <cstring>

namespace sim {
namespace {

constexpr uint32_t kTuning = 0x40;
constexpr uint32_t kHfrcodpllcal = 0x058;

struct Word {
  uint32_t offset, value;
};

// What is the same on all virtual chips.
constexpr Word kWords[] = {
    {0x000, 0x0B010000},  // INFO: layout revision 0x0B
    {0x008, 0x00000003},  // MEMINFO: flash pages of 8 KiB, user data of 1 KiB
    {0x010, 0x00304D01},  // PKGINFO: 48 pins, QFN
    {0x018, 0xFFFFFFFF},  // SWFIX
    {0x130, 0xFFFFFFFF}, {0x134, 0xFFFFFFFF}, {0x138, 0xFFFFFFFF}, {0x13C, 0xFFFFFFFF},
    {0x140, 0xFFFFFFFF}, {0x144, 0xFFFFFFFF}, {0x148, 0xFFFFFFFF},  // MODULENAME: not a module
    {0x14C, 0xFFFFFFFF},                                            // MODULEINFO
    {0x150, 0x007FFFFF},                                            // MODXOCAL
    {0x1FC, 0x00800000},                                            // LEGACY: Series 2
};

struct Trim {
  uint32_t index, word;
};
constexpr Trim kTrims[] = {
    {0, 0x80401F00},  {3, 0xB4439F00},  {6, 0xB4669F00},  {7, 0xB4679F00},
    {8, 0xA8689F00},  {10, 0xB88A9F00}, {11, 0xB8AB9F00}, {12, 0xA8CC9F00},
    {13, 0xACED9F00}, {14, 0xBCEE9F00}, {15, 0xBCEF9F00}, {16, 0xCCF09F00},
};

void Set(Memories& memories, uint32_t offset, uint32_t value) {
  std::memcpy(memories.devinfo.data() + offset, &value, sizeof value);
}

void SetUniqueIds(Memories& memories, uint64_t unique_id) {
  const uint64_t id = unique_id >> 40 != 0 ? unique_id : unique_id | static_cast<uint64_t>(kVirtualOui) << 40;
  const uint32_t oui = static_cast<uint32_t>(id >> 40);
  const uint32_t low = static_cast<uint32_t>(id);
  Set(memories, 0x040, (oui & 0xFF) << 24 | (low & 0xFFFFFF));  // EUI48L
  Set(memories, 0x044, 0xFFFF0000 | oui >> 8);                  // EUI48H
  Set(memories, 0x048, low);                                    // EUI64L
  Set(memories, 0x04C, static_cast<uint32_t>(id >> 32));        // EUI64H
}

}  // namespace

void FillDevinfo(Memories& memories, uint32_t part, uint64_t unique_id) {
  constexpr uint32_t kDevinfoEnd = 0x400;
  std::fill_n(memories.devinfo.begin(), kDevinfoEnd, static_cast<uint8_t>(0));
  for (const Word& entry : kWords) Set(memories, entry.offset, entry.value);
  for (const Trim& trim : kTrims) Set(memories, kHfrcodpllcal + 4 * trim.index, trim.word | kTuning);
  Set(memories, 0x004, part);
  const uint32_t flash_kib = static_cast<uint32_t>(memories.flash.size() / 1024);
  const uint32_t ram_kib = static_cast<uint32_t>(memories.ram.size() / 1024);
  Set(memories, 0x00C, ram_kib << 16 | flash_kib);  // MSIZE
  SetUniqueIds(memories, unique_id);
}

}  // namespace sim
