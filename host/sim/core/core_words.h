// Words of the system control space that exceptions, faults and sleep share: plain registers, named and laid
// out as the Armv8-M manual has them.
#pragma once

#include <cstdint>

#include "host/sim/core/memories.h"

namespace sim {

// CFSR: MMFSR in bits 7:0, BFSR in 15:8, UFSR in 31:16.
enum Cfsr : uint32_t {
  kIaccviol = 1U << 0,
  kDaccviol = 1U << 1,
  kMunstkerr = 1U << 3,
  kMstkerr = 1U << 4,
  kMlsperr = 1U << 5,
  kMmarvalid = 1U << 7,
  kIbuserr = 1U << 8,
  kPreciserr = 1U << 9,
  kImpreciserr = 1U << 10,
  kUnstkerr = 1U << 11,
  kStkerr = 1U << 12,
  kLsperr = 1U << 13,
  kBfarvalid = 1U << 15,
  kUndefinstr = 1U << 16,
  kInvstate = 1U << 17,
  kInvpc = 1U << 18,
  kNocp = 1U << 19,
  kStkof = 1U << 20,
  kUnaligned = 1U << 24,
  kDivbyzero = 1U << 25,
};
// The name of the first bit set, "" for none.
const char* CfsrName(uint32_t cfsr);

inline constexpr uint32_t kHfsrVecttbl = 1U << 1;
inline constexpr uint32_t kHfsrForced = 1U << 30;
inline constexpr uint32_t kHfsrDebugevt = 1U << 31;

inline constexpr uint32_t kCcrUnalignTrp = 1U << 3;
inline constexpr uint32_t kCcrDiv0Trp = 1U << 4;
inline constexpr uint32_t kCcrBfhfnmign = 1U << 8;
inline constexpr uint32_t kCcrStkofhfnmign = 1U << 10;
inline constexpr uint32_t kCcrStkalign = 1U << 9;

inline constexpr uint32_t kScrSleeponexit = 1U << 1;
inline constexpr uint32_t kScrSleepdeep = 1U << 2;
inline constexpr uint32_t kScrSevonpend = 1U << 4;

inline constexpr uint32_t kFpccrLspact = 1U << 0;
inline constexpr uint32_t kFpccrUser = 1U << 1;
inline constexpr uint32_t kFpccrThread = 1U << 3;
inline constexpr uint32_t kFpccrHfrdy = 1U << 4;
inline constexpr uint32_t kFpccrMmrdy = 1U << 5;
inline constexpr uint32_t kFpccrBfrdy = 1U << 6;
inline constexpr uint32_t kFpccrMonrdy = 1U << 8;
inline constexpr uint32_t kFpccrUfrdy = 1U << 10;
inline constexpr uint32_t kFpccrLspen = 1U << 30;
inline constexpr uint32_t kFpccrAspen = 1U << 31;

struct CoreWords {
  uint32_t vtor = kFlashBase;  // the security engine releases the core with it (hardware description, 1.1)
  uint32_t scr = 0;
  uint32_t ccr = 0x00000201;  // STKALIGN and the reserved one
  uint32_t cfsr = 0, hfsr = 0, dfsr = 0, mmfar = 0, bfar = 0, afsr = 0, actlr = 0;
  uint32_t cpacr = 0, nsacr = 0;
  uint32_t fpccr = kFpccrAspen | kFpccrLspen, fpcar = 0, fpdscr = 0;
  uint32_t aircr = 0;  // PRIS, BFHFNMINS, SYSRESETREQS as written; PRIGROUP is the exception model's

  bool event = false;     // the event register of WFE
  bool sleeping = false;  // in WFI, WFE or sleep on exit
  bool sleeps_for_event = false;
  bool locked_up = false;
};

}  // namespace sim
