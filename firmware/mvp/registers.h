// Registers of the MVP accelerator under their manual names: offsets in the plain window, fields, and flags.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mvp {

// Offsets from the base address (register map, section 2 of the MVP notes).
namespace reg {
inline constexpr uint32_t EN = 0x004;
inline constexpr uint32_t SWRST = 0x008;
inline constexpr uint32_t CFG = 0x00C;
inline constexpr uint32_t STATUS = 0x010;
inline constexpr uint32_t PERF0CNT = 0x014;
inline constexpr uint32_t PERF1CNT = 0x018;
inline constexpr uint32_t IF = 0x01C;
inline constexpr uint32_t IEN = 0x020;
inline constexpr uint32_t FAULTSTATUS = 0x024;
inline constexpr uint32_t FAULTADDR = 0x028;
inline constexpr uint32_t ALU0_REGSTATE = 0x064;  // first word of a program image
inline constexpr uint32_t CMD = 0x174;            // last word of a program image
inline constexpr uint32_t CLR = 0x2000;           // add to an offset: write-one-to-clear alias
}  // namespace reg

inline constexpr uint32_t EN_EN = 1u << 0;
inline constexpr uint32_t SWRST_SWRST = 1u << 0;
inline constexpr uint32_t SWRST_RESETTING = 1u << 1;

inline constexpr uint32_t CFG_PERFCNTEN = 1u << 0;
inline constexpr uint32_t CFG_PERF0CNTSEL_RUN = 0u << 16;
inline constexpr uint32_t CFG_PERF1CNTSEL_STALL = 2u << 20;

inline constexpr uint32_t STATUS_IDLE = 1u << 2;

inline constexpr uint32_t CMD_START = 1u << 0;
inline constexpr uint32_t CMD_INIT = 1u << 3;

inline constexpr uint32_t IF_PROGDONE = 1u << 0;
inline constexpr uint32_t IF_PERFCNT0 = 1u << 18;
inline constexpr uint32_t IF_PERFCNT1 = 1u << 19;
inline constexpr uint32_t IF_FAULTS = 0x1Fu << 24;  // LOOPFAULT, BUSERR, BUSALIGN, ALU, ARRAY
inline constexpr uint32_t IF_ALL = 0x1F0FFDFF;

// PERFnCNT is 24 bits wide; PERFCNTn in IF tells that it wrapped once.
inline constexpr uint32_t kCounterSpan = uint32_t{1} << 24;

// Word positions in a program image.
inline constexpr size_t kAluWord = 0;     // [8]
inline constexpr size_t kArrayWord = 8;   // [5][4]: ADDRCFG, DIM0CFG, DIM1CFG, DIM2CFG
inline constexpr size_t kLoopWord = 28;   // [8][2]: CFG, RST
inline constexpr size_t kInstrWord = 44;  // [8][3]: CFG0, CFG1, CFG2
inline constexpr size_t kCmdWord = 68;

// Of a loop's two bits in INSTR[i].CFG2, and its ENDPROG.
inline constexpr uint32_t kBeginsLoop = 1;
inline constexpr uint32_t kEndsLoop = 2;
inline constexpr uint32_t kEndsProgram = 1u << 31;

// Operations as INSTR[i].CFG2.ALUOP takes them; bit 8 reads X, bit 7 reads Y, bit 6 reads A.
enum class AluOp : uint16_t {
  NOOP = 0,
  CLEAR = 1,
  COPY = 65,       // Z = A
  ADDR = 74,       // real(Z) = real(A) + imag(A)
  ADDC = 334,      // Z = X + A
  MAX2A = 339,     // lanes of Z = max(X, A)
  MULC = 397,      // Z = X * Y, complex
  MULR2A = 407,    // lanes of Z = X * Y
  SQRMAGC2 = 413,  // Z = (|X|^2, |Y|^2)
  MACC = 461,      // Z = A + X * Y, complex
  AACC = 462,      // Z = A + X + Y
  MAXAC2 = 467,    // lanes of Z = max(X, Y, A)
  CLIP2A = 469,    // lanes of Z = A clamped to [X, Y]
  MACR2A = 471,    // lanes of Z = X * Y + A
};

}  // namespace mvp
