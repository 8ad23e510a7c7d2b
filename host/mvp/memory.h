// The memory that the accelerator's bus masters reach: regions of bytes with an address and a kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mvp_model {

enum class RegionKind { kRam, kFlash };

// The bytes are owned by whoever adds the region and must outlive its use. `writable` is null where the bus
// refuses writes (flash), else the same address as `bytes`.
struct Region {
  uint32_t base = 0;
  uint32_t size = 0;
  const uint8_t* bytes = nullptr;
  uint8_t* writable = nullptr;
  RegionKind kind = RegionKind::kRam;
};

class Memory {
 public:
  // Regions must not overlap; the first match wins if they do.
  void Add(const Region& region) { regions_.push_back(region); }
  void Clear() { regions_.clear(); }

  // The region that holds [address, address + size), or nullptr: a bus error.
  const Region* Find(uint32_t address, uint32_t size) const {
    for (const Region& region : regions_) {
      const uint32_t offset = address - region.base;
      if (offset < region.size && size <= region.size - offset) return &region;
    }
    return nullptr;
  }

 private:
  std::vector<Region> regions_;
};

}  // namespace mvp_model
