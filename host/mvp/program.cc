// Decoding of ARRAY, LOOP and INSTR registers.
#include "host/mvp/program.h"

namespace mvp_model {
namespace {

int32_t SignedStride(uint32_t dim_config) {
  const int32_t field = static_cast<int32_t>((dim_config >> 16) & 0xFFF);
  return field >= 2048 ? field - 4096 : field;
}

ArrayConfig DecodeArray(const uint32_t* words) {
  ArrayConfig array{};
  array.base = words[0];
  array.type = static_cast<BaseType>((words[1] >> 12) & 3);
  array.complex = ((words[1] >> 14) & 1) != 0;
  const int scalar_bytes = array.type == BaseType::kBinary16 ? 2 : 1;
  array.element_bytes = static_cast<uint8_t>(array.complex ? 2 * scalar_bytes : scalar_bytes);
  for (int d = 0; d < kDims; ++d) {
    array.size[d] = static_cast<uint16_t>((words[1 + d] & 0x3FF) + 1);
    array.step[d] = SignedStride(words[1 + d]) * array.element_bytes;
  }
  return array;
}

LoopConfig DecodeLoop(const uint32_t* words) {
  LoopConfig loop{};
  loop.last = static_cast<uint16_t>(words[0] & 0x3FF);
  for (int a = 0; a < kArrays; ++a) {
    loop.increment[a] = static_cast<uint8_t>((words[0] >> (12 + 4 * a)) & 7);
    loop.reset[a] = static_cast<uint8_t>((words[1] >> (12 + 4 * a)) & 7);
    if ((loop.increment[a] | loop.reset[a]) != 0) loop.arrays = static_cast<uint8_t>(loop.arrays | 1 << a);
  }
  return loop;
}

StreamConfig DecodeStream(uint32_t group) {
  return {((group >> 3) & 1) != 0, static_cast<uint8_t>(group & 7), static_cast<uint8_t>((group >> 4) & 7),
          static_cast<uint8_t>((group >> 7) & 7)};
}

Operand DecodeOperand(uint32_t group) {
  return {static_cast<uint8_t>(group & 7), static_cast<uint8_t>((group >> 4) & 0xF)};
}

Instruction DecodeInstruction(const uint32_t* words) {
  Instruction instruction{};
  instruction.x = DecodeOperand(words[0]);
  instruction.y = DecodeOperand(words[0] >> 8);
  instruction.a = DecodeOperand(words[0] >> 16);
  instruction.z = static_cast<uint8_t>((words[0] >> 28) & 7);
  instruction.load = {DecodeStream(words[1]), DecodeStream(words[1] >> 10)};
  instruction.store = DecodeStream(words[1] >> 20);
  instruction.has_load = instruction.load[0].enabled || instruction.load[1].enabled;
  for (int n = 0; n < kLoops; ++n) {
    instruction.loop_begin = static_cast<uint8_t>(instruction.loop_begin | ((words[2] >> (2 * n)) & 1) << n);
    instruction.loop_end = static_cast<uint8_t>(instruction.loop_end | ((words[2] >> (2 * n + 1)) & 1) << n);
  }
  instruction.op = static_cast<uint16_t>((words[2] >> 20) & 0x1FF);
  instruction.operation = FindAluOperation(instruction.op);
  instruction.endprog = (words[2] >> 31) != 0;
  return instruction;
}

}  // namespace

Program Decode(const std::array<uint32_t, kRegisterWords>& words) {
  Program program{};
  for (int n = 0; n < kArrays; ++n) program.arrays[n] = DecodeArray(&words[ARRAY_ADDRCFG / 4 + 4 * n]);
  for (int n = 0; n < kLoops; ++n) program.loops[n] = DecodeLoop(&words[LOOP_CFG / 4 + 2 * n]);
  for (int n = 0; n < kInstructions; ++n) {
    program.instructions[n] = DecodeInstruction(&words[INSTR_CFG0 / 4 + 3 * n]);
  }
  return program;
}

}  // namespace mvp_model
