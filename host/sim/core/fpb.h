// The FPB: eight instruction breakpoints, as a debugger sets them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace sim {

class Fpb {
 public:
  void Reset();
  bool Read(uint32_t address, uint32_t& value) const;
  bool Write(uint32_t address, uint32_t value);

  // Where the core is to halt.
  std::vector<uint32_t> CodeAddresses() const;

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(enabled_);
    archive(comp_);
  }

 private:
  static constexpr unsigned kComparators = 8;
  bool enabled_ = false;
  std::array<uint32_t, kComparators> comp_{};
};

}  // namespace sim
