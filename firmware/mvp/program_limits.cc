// The limits of MVP programs in words.
#include "mvp/program_limits.h"

namespace mvp {

const char* LimitName(Limit limit) {
  switch (limit) {
    case Limit::kNone:
      return "none";
    case Limit::kArrays:
      return "number of arrays";
    case Limit::kLoops:
      return "number of loops";
    case Limit::kRegisters:
      return "number of registers";
    case Limit::kInstructions:
      return "number of instructions";
    case Limit::kSize:
      return "array size";
    case Limit::kStride:
      return "array stride";
    case Limit::kAlignment:
      return "array alignment";
    case Limit::kIterations:
      return "loop iterations";
    case Limit::kLoads:
      return "loads of an instruction";
    case Limit::kSkippedLoad:
      return "loads before the first one is skipped";
    case Limit::kStores:
      return "stores of an instruction";
    case Limit::kOperand:
      return "times that an instruction sets an operand";
    case Limit::kArrayId:
      return "number of an array that was not added";
    case Limit::kLoopId:
      return "number of a loop that was not added";
    case Limit::kRegisterId:
      return "number of a register that was not added";
    case Limit::kDims:
      return "indices to advance or reset";
    case Limit::kNoBegin:
      return "loop that never begins";
    case Limit::kNoEndOfLoop:
      return "loop that never ends";
    case Limit::kBeginsOfLoop:
      return "begins of a loop";
    case Limit::kEndsOfLoop:
      return "ends of a loop";
    case Limit::kLoopOrder:
      return "end of a loop before its begin";
    case Limit::kLoopCrossing:
      return "end of a loop behind that of the loop it begins in";
    case Limit::kLoopNumber:
      return "number of a loop around one with a lower number";
    case Limit::kNoEnd:
      return "end of the program";
    case Limit::kAfterEnd:
      return "instructions behind the end of the program";
  }
  return "unknown";
}

}  // namespace mvp
