// Access types, writable bits and reset values of every register.
#include "host/mvp/registers.h"

namespace mvp_model {
namespace {

constexpr uint32_t kInterruptMask = 0x1F0FFDFF;
constexpr uint32_t kLoopArrayBits = 0x77777000;  // three bits for each of five arrays, from bit 12
constexpr uint32_t kDimMask = 0x0FFF03FF;        // STRIDE[27:16], SIZE[9:0]

constexpr RegisterTraits ReadWrite(uint32_t writable, uint32_t reset = 0) {
  return {Access::kReadWrite, writable, reset};
}

RegisterTraits TraitsOfProgram(uint32_t offset) {
  if (offset < ARRAY_ADDRCFG) return ReadWrite(0xFFFFFFFF);  // ALU[n].REGSTATE
  if (offset < LOOP_CFG) {
    const uint32_t word = (offset - ARRAY_ADDRCFG) / 4 % 4;
    if (word == 0) return ReadWrite(0xFFFFFFFF);
    return word == 1 ? ReadWrite(kDimMask | 0x7000, 0x2000) : ReadWrite(kDimMask);
  }
  if (offset < INSTR_CFG0) {
    return ReadWrite((offset - LOOP_CFG) / 4 % 2 == 0 ? kLoopArrayBits | 0x3FF : kLoopArrayBits);
  }
  constexpr uint32_t kInstrMasks[] = {0x70F7F7F7, 0x3FFFFFFF, 0x9FF0FFFF};
  return ReadWrite(kInstrMasks[(offset - INSTR_CFG0) / 4 % 3]);
}

RegisterTraits TraitsOfControl(uint32_t offset) {
  switch (offset) {
    case IPVERSION:
      return {Access::kReadOnly, 0, 1};
    case EN:
      return ReadWrite(1);
    case SWRST:
      return {Access::kCommand, 1, 0};
    case CFG:
      return ReadWrite(0x00FF000F);
    case STATUS:
      return {Access::kReadOnly, 0, kStatusIdle};
    case PERF0_CNT:
    case PERF1_CNT:
    case FAULTSTATUS:
    case FAULTADDR:
      return {Access::kReadOnly, 0, 0};
    case IF:
    case IEN:
      return ReadWrite(kInterruptMask);
    default:
      return ReadWrite(7);  // PROGRAMSTATE
  }
}

}  // namespace

RegisterTraits TraitsOf(uint32_t offset) {
  if (offset % 4 != 0) return {Access::kNone, 0, 0};
  if (offset < ARRAYST_INDEXSTATE) return TraitsOfControl(offset);
  if (offset < LOOPST_STATE) return ReadWrite(0x3FFFFFFF);
  if (offset < ALU_REGSTATE) return ReadWrite(0x000713FF);  // CNT[9:0], ACTIVE[12], PCBEGIN[18:16]
  if (offset < CMD) return TraitsOfProgram(offset);
  if (offset == CMD) return {Access::kCommand, 0xF, 0};
  if (offset == DEBUGEN) return ReadWrite(0x7003FDFE);
  if (offset == DEBUGSTEPCNT) return ReadWrite(0x00FFFFFF);
  return {Access::kNone, 0, 0};
}

}  // namespace mvp_model
