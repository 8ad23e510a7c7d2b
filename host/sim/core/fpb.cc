// Version 2 of the unit: FP_COMPn holds an address and, in bit 0, whether it is a breakpoint.
#include "host/sim/core/fpb.h"

namespace sim {
namespace {

constexpr uint32_t kCtrl = 0xE0002000;
constexpr uint32_t kRemap = 0xE0002004;
constexpr uint32_t kComp0 = 0xE0002008;
constexpr uint32_t kDevarch = 0xE0002FBC;
constexpr uint32_t kEnable = 1, kKey = 2;
constexpr uint32_t kVersion2 = 1U << 28;

}  // namespace

void Fpb::Reset() {
  enabled_ = false;
  comp_ = {};
}

bool Fpb::Read(uint32_t address, uint32_t& value) const {
  value = 0;
  if (address == kCtrl) {
    value = kVersion2 | kComparators << 4 | uint32_t{enabled_};
  } else if (address == kRemap) {
    value = 0;  // no remapping
  } else if (address == kDevarch) {
    value = 0x47701A03;
  } else if (address >= kComp0 && address < kComp0 + 4 * kComparators) {
    value = comp_[(address - kComp0) / 4];
  } else {
    return false;
  }
  return true;
}

bool Fpb::Write(uint32_t address, uint32_t value) {
  if (address == kCtrl) {
    if ((value & kKey) != 0) enabled_ = (value & kEnable) != 0;
  } else if (address >= kComp0 && address < kComp0 + 4 * kComparators) {
    comp_[(address - kComp0) / 4] = value;
  } else {
    return address == kRemap;
  }
  return true;
}

std::vector<uint32_t> Fpb::CodeAddresses() const {
  std::vector<uint32_t> addresses;
  if (!enabled_) return addresses;
  for (uint32_t comp : comp_) {
    if ((comp & 1) != 0) addresses.push_back(comp & ~1U);
  }
  return addresses;
}

}  // namespace sim
