// The implementations of the operators that the fuzzer runs models with.
#pragma once

#include <cstddef>

#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

namespace model_fuzzing {

// kReference: plain C++. kFast: the core's kernels, bit-exact to those. kBaseline and kAccelerated: programs
// of the modelled accelerator in the vendor's structure and in ours, whose results may be some codes beside
// them.
enum class Kernels { kReference, kFast, kBaseline, kAccelerated };
inline constexpr Kernels kAllKernels[] = {Kernels::kReference, Kernels::kFast, Kernels::kBaseline,
                                          Kernels::kAccelerated};

inline bool UsesAccelerator(Kernels kernels) {
  return kernels == Kernels::kBaseline || kernels == Kernels::kAccelerated;
}

// As in a report.
inline const char* NameOf(Kernels kernels) {
  constexpr const char* kNames[] = {"reference", "fast", "baseline", "accelerated"};
  return kNames[static_cast<size_t>(kernels)];
}

// All operators of the runtime; lives as long as the program.
const tflite::MicroOpResolver& OperatorsOf(Kernels kernels);

}  // namespace model_fuzzing
