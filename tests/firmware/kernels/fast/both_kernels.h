// One model of one operator, prepared with the reference kernels and with the fast ones.
#pragma once

#include <cstdlib>
#include <vector>

#include "kernels/fast/dequantize.h"
#include "kernels/fast/quantize.h"
#include "single_operator.h"

namespace both_kernels {

using model_building::LoadedModel;
using model_building::ModelSpec;
using model_building::Resolver;

inline void AddFastKernels(Resolver& resolver) {
  const bool added = resolver.AddQuantize(kernels::fast::RegisterQuantize()) == kTfLiteOk &&
                     resolver.AddDequantize(kernels::fast::RegisterDequantize()) == kTfLiteOk;
  if (!added) std::abort();
}

struct BothKernels {
  explicit BothKernels(const ModelSpec& spec)
      : reference(BuildModel(spec)), fast(BuildModel(spec), 65536, false, nullptr, AddFastKernels) {}

  bool ok() const { return reference.ok() && fast.ok(); }

  template <typename T>
  void SetInput(const std::vector<T>& values) {
    reference.SetInput(values);
    fast.SetInput(values);
  }

  LoadedModel reference;
  LoadedModel fast;
};

}  // namespace both_kernels
