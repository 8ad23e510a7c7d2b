// The memories of the chip: buffers that the core, the accelerator, a debugger and the flash controller
// share.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace sim {

inline constexpr uint32_t kFlashBase = 0x08000000;
inline constexpr uint32_t kUserDataBase = 0x0FE00000;  // one page of 1 KiB
inline constexpr uint32_t kUserDataBytes = 0x400;
inline constexpr uint32_t kDevinfoBase = 0x0FE08000;  // DEVINFO and chip configuration, read only
inline constexpr uint32_t kDevinfoBytes = 0xC00;      // 0xA00 of content, padded to 1 KiB granularity
inline constexpr uint32_t kRamBase = 0x20000000;
inline constexpr uint32_t kFlashPageBytes = 0x2000;

// Sizes are the part's (board file); addresses and sizes in bytes. Buffers never move once made, because the
// core maps them. Flash and user data power up erased (all ones), RAM as the seed says (see Board).
class Memories {
 public:
  Memories(uint32_t flash_bytes, uint32_t ram_bytes)
      : flash(flash_bytes, 0xFF),
        user_data(kUserDataBytes, 0xFF),
        devinfo(kDevinfoBytes, 0xFF),
        ram(ram_bytes) {}

  std::vector<uint8_t> flash, user_data, devinfo, ram;

  // RAM that the chip does not have (BoardSettings::extra_ram).
  struct Extra {
    uint32_t base;
    std::vector<uint8_t> bytes;
  };
  std::vector<Extra> extra;

  // The bytes at [address, address + size) in any of them, or nullptr where they do not all lie in one.
  uint8_t* Find(uint32_t address, uint32_t size) {
    if (uint8_t* p = In(flash, kFlashBase, address, size)) return p;
    if (uint8_t* p = In(ram, kRamBase, address, size)) return p;
    if (uint8_t* p = In(user_data, kUserDataBase, address, size)) return p;
    if (uint8_t* p = In(devinfo, kDevinfoBase, address, size)) return p;
    for (Extra& more : extra) {
      if (uint8_t* p = In(more.bytes, more.base, address, size)) return p;
    }
    return nullptr;
  }

  // To be called by whoever changed bytes other than by the core's own stores (flash controller, debugger,
  // fault injection, accelerator): translated code of that range is dropped.
  void Changed(uint32_t address, uint32_t size) {
    if (on_change) on_change(address, size);
  }
  std::function<void(uint32_t address, uint32_t size)> on_change;  // set by the core

 private:
  static uint8_t* In(std::vector<uint8_t>& bytes, uint32_t base, uint32_t address, uint32_t size) {
    const uint32_t offset = address - base;
    return offset < bytes.size() && size <= bytes.size() - offset ? bytes.data() + offset : nullptr;
  }
};

}  // namespace sim
