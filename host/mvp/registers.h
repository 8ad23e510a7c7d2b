// The register map of the MVP as the model knows it: offsets under their manual names, reset values, writable
// bits.
#pragma once

#include <cstdint>

namespace mvp_model {

// Offsets in the plain window (section 2 of the MVP reference notes). SET, CLR and TGL aliases lie at +0x1000
// each.
enum Register : uint32_t {
  IPVERSION = 0x000,
  EN = 0x004,
  SWRST = 0x008,
  CFG = 0x00C,
  STATUS = 0x010,
  PERF0_CNT = 0x014,
  PERF1_CNT = 0x018,
  IF = 0x01C,
  IEN = 0x020,
  FAULTSTATUS = 0x024,
  FAULTADDR = 0x028,
  PROGRAMSTATE = 0x02C,
  ARRAYST_INDEXSTATE = 0x030,  // [5]
  LOOPST_STATE = 0x044,        // [8]
  ALU_REGSTATE = 0x064,        // [8]
  ARRAY_ADDRCFG = 0x084,       // [5], 4 words each: ADDRCFG, DIM0CFG, DIM1CFG, DIM2CFG
  LOOP_CFG = 0x0D4,            // [8], 2 words each: CFG, RST
  INSTR_CFG0 = 0x114,          // [8], 3 words each: CFG0, CFG1, CFG2
  CMD = 0x174,
  DEBUGEN = 0x200,
  DEBUGSTEPCNT = 0x204,
};

inline constexpr uint32_t kRegisterWords = 0x208 / 4;
inline constexpr uint32_t kWindowBytes = 0x4000;

// CFG
inline constexpr uint32_t kPerfCntEn = 1u << 0;
inline constexpr uint32_t kLoopErrHaltDis = 1u << 3;

// STATUS
inline constexpr uint32_t kStatusRunning = 1u << 0;
inline constexpr uint32_t kStatusPaused = 1u << 1;
inline constexpr uint32_t kStatusIdle = 1u << 2;

// CMD
inline constexpr uint32_t kCmdStart = 1u << 0;
inline constexpr uint32_t kCmdHalt = 1u << 1;
inline constexpr uint32_t kCmdStep = 1u << 2;
inline constexpr uint32_t kCmdInit = 1u << 3;

// IF and IEN
inline constexpr uint32_t kIfProgDone = 1u << 0;
inline constexpr uint32_t kIfLoop0Done = 1u << 1;  // loop n at bit 1 + n
inline constexpr uint32_t kIfAluNan = 1u << 10;
inline constexpr uint32_t kIfR0PosReal = 1u << 11;
inline constexpr uint32_t kIfAluOf = 1u << 12;
inline constexpr uint32_t kIfAluUf = 1u << 13;
inline constexpr uint32_t kIfStoreConvertOf = 1u << 14;
inline constexpr uint32_t kIfStoreConvertUf = 1u << 15;
inline constexpr uint32_t kIfStoreConvertInf = 1u << 16;
inline constexpr uint32_t kIfStoreConvertNan = 1u << 17;
inline constexpr uint32_t kIfPerfCnt0 = 1u << 18;
inline constexpr uint32_t kIfLoopFault = 1u << 24;
inline constexpr uint32_t kIfBusErrFault = 1u << 25;
inline constexpr uint32_t kIfBusAlignFault = 1u << 26;
inline constexpr uint32_t kIfAluFault = 1u << 27;
inline constexpr uint32_t kIfArrayFault = 1u << 28;

enum class Access { kNone, kReadOnly, kReadWrite, kCommand };

struct RegisterTraits {
  Access access;
  uint32_t writable;  // bits that a write can change or command
  uint32_t reset;
};

// Traits of the register at a plain offset; access kNone where the map has no register.
RegisterTraits TraitsOf(uint32_t offset);

}  // namespace mvp_model
