// What an MVP program can hold, and how a program that holds more says so.
#pragma once

#include <cstdint>

namespace mvp {

inline constexpr uint32_t kMaxArrays = 5;
inline constexpr uint32_t kMaxLoops = 8;
inline constexpr uint32_t kMaxRegisters = 8;
inline constexpr uint32_t kMaxInstructions = 8;
inline constexpr uint32_t kMaxCount = 1024;   // elements of a dimension, iterations of a loop
inline constexpr int32_t kMinStride = -2048;  // elements
inline constexpr int32_t kMaxStride = 2047;

// What a program violates; `value` and `limit` in BuildResult say by how much.
enum class Limit {
  kNone,
  kArrays,        // at most 5
  kLoops,         // at most 8
  kRegisters,     // at most 8
  kInstructions,  // 1..8
  kSize,          // elements of a dimension: 1..1024
  kStride,        // -2048..2047 elements
  kAlignment,     // value: an array's address, which must be a multiple of the element's bytes (limit)
  kIterations,    // 1..1024
  kLoads,         // at most two per instruction
  kSkippedLoad,   // value: loads of an instruction before SkipLoad0; limit: 0
  kStores,        // at most one per instruction
  kOperand,       // X, Y, A and Z of an instruction at most once each
  kArrayId,       // value: an array's number that was not added; limit: the largest that was, -1 for none
  kLoopId,        // the same of a loop
  kRegisterId,    // the same of a register
  kDims,          // kDim0 | kDim1 | kDim2 at most
  kNoBegin,       // value: the number of a loop that no instruction begins; limit: 1, the begins it needs
  kNoEndOfLoop,   // the same of its end
  kBeginsOfLoop,  // value: how often a loop begins; limit: 1
  kEndsOfLoop,    // the same of its end
  kLoopOrder,     // value: the instruction that ends a loop; limit: the first one that may, which begins it
  kLoopCrossing,  // value: the instruction that ends a loop begun inside another; limit: where that one ends
  kLoopNumber,    // value: the number of a loop around another, with a mark on the same instruction; limit:
                  // the inner one's number, which must be the larger
  kNoEnd,         // the last instruction must end the program
  kAfterEnd,      // value: the number of instructions; limit: how many there are up to the one that ends it
};

struct BuildResult {
  Limit violated = Limit::kNone;
  int64_t value = 0;
  int64_t limit = 0;  // the smallest value allowed when `value` is below it, else the largest
  constexpr bool ok() const { return violated == Limit::kNone; }
};

// Text of a limit, for messages: "array size", …
const char* LimitName(Limit limit);

}  // namespace mvp
