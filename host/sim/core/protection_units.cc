// The registers of the MPU, which is refused when a program enables it, of the SAU, whose settings are kept
// and have no effect (everything runs Secure), and the identification registers.
#include "host/sim/core/system_control.h"

namespace sim {
namespace {

constexpr uint32_t kMpuType = 0xE000ED90;
constexpr uint32_t kMpuCtrl = 0xE000ED94;
constexpr uint32_t kMpuRnr = 0xE000ED98;
constexpr uint32_t kMpuRbar = 0xE000ED9C;
constexpr uint32_t kMpuRlarA3 = 0xE000EDB8;
constexpr uint32_t kMpuMair0 = 0xE000EDC0;
constexpr uint32_t kMpuMair1 = 0xE000EDC4;
constexpr uint32_t kSauCtrl = 0xE000EDD0;
constexpr uint32_t kSauType = 0xE000EDD4;
constexpr uint32_t kSauRnr = 0xE000EDD8;
constexpr uint32_t kSauRbar = 0xE000EDDC;
constexpr uint32_t kSauRlar = 0xE000EDE0;
constexpr uint32_t kSfsr = 0xE000EDE4;
constexpr uint32_t kSfar = 0xE000EDE8;
constexpr uint32_t kMpuRegions = 16;  // as a Cortex-M33 has at most; the part's number is not documented here
constexpr uint32_t kSauRegions = 8;

// 0xE000ED40.. of a Cortex-M33 with DSP, FPU and security extension (its technical reference manual).
struct Identity {
  uint32_t address, value;
};
constexpr Identity kIdentities[] = {
    {0xE000ED40, 0x00000030}, {0xE000ED44, 0x00000210}, {0xE000ED48, 0x00200000}, {0xE000ED4C, 0x00000000},
    {0xE000ED50, 0x00101F40}, {0xE000ED54, 0x00000000}, {0xE000ED58, 0x01000000}, {0xE000ED5C, 0x00000000},
    {0xE000ED60, 0x01101110}, {0xE000ED64, 0x02212000}, {0xE000ED68, 0x20232232}, {0xE000ED6C, 0x01111131},
    {0xE000ED70, 0x01310132}, {0xE000ED74, 0x00000000}, {0xE000ED78, 0x00000000}, {0xE000ED7C, 0x8000C000},
    {0xE000EF40, 0x10110021}, {0xE000EF44, 0x11000011}, {0xE000EF48, 0x00000040}};

}  // namespace

bool SystemControl::ReadProtection(uint32_t address, uint32_t& value) const {
  switch (address) {
    case kMpuType:
      value = kMpuRegions << 8;
      return true;
    case kMpuCtrl:  // never enabled
      value = 0;
      return true;
    case kMpuRnr:
      value = mpu_rnr_;
      return true;
    case kMpuMair0:
    case kMpuMair1:
      value = mpu_mair_[(address - kMpuMair0) / 4];
      return true;
    case kSauCtrl:
      value = sau_ctrl_;
      return true;
    case kSauType:
      value = kSauRegions;
      return true;
    case kSauRnr:
      value = sau_rnr_;
      return true;
    case kSauRbar:
    case kSauRlar:
      value = sau_regions_[2 * sau_rnr_ + (address - kSauRbar) / 4];
      return true;
    case kSfsr:
    case kSfar:
      value = 0;
      return true;
    default:
      break;
  }
  if (address < kMpuRbar || address > kMpuRlarA3) return false;
  const uint32_t word = (address - kMpuRbar) / 4;  // aliases A1 to A3 follow in pairs
  const uint32_t region = word < 2 ? mpu_rnr_ : (mpu_rnr_ & ~3U) + word / 2;
  value = mpu_regions_[2 * region + word % 2];
  return true;
}

bool SystemControl::WriteProtection(uint32_t address, uint32_t value) {
  switch (address) {
    case kMpuCtrl:
      if ((value & 1) != 0)
        effects_.refuse("the program enables the MPU, which the virtual board does not model");
      return true;
    case kMpuRnr:
      mpu_rnr_ = value % kMpuRegions;
      return true;
    case kMpuMair0:
    case kMpuMair1:
      mpu_mair_[(address - kMpuMair0) / 4] = value;
      return true;
    case kSauCtrl:
      sau_ctrl_ = value & 3;
      return true;
    case kSauRnr:
      sau_rnr_ = value % kSauRegions;
      return true;
    case kSauRbar:
    case kSauRlar:
      sau_regions_[2 * sau_rnr_ + (address - kSauRbar) / 4] = value;
      return true;
    case kMpuType:
    case kSauType:
    case kSfsr:
    case kSfar:
      return true;
    default:
      break;
  }
  if (address < kMpuRbar || address > kMpuRlarA3) return false;
  const uint32_t word = (address - kMpuRbar) / 4;
  const uint32_t region = word < 2 ? mpu_rnr_ : (mpu_rnr_ & ~3U) + word / 2;
  mpu_regions_[2 * region + word % 2] = value;
  return true;
}

bool SystemControl::ReadIdentity(uint32_t address, uint32_t& value) const {
  for (const Identity& identity : kIdentities) {
    if (identity.address != address) continue;
    value = identity.value;
    return true;
  }
  return false;
}

}  // namespace sim
