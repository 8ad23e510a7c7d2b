// Resolvers with all operators, one per set of kernels.
#include "host/fuzz/model/kernel_sets.h"

#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <memory>

#include "kernels/fast/dequantize.h"
#include "kernels/fast/fully_connected.h"
#include "kernels/fast/quantize.h"
#include "kernels/mvp/fully_connected.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"

namespace model_fuzzing {
namespace {

using Resolver = tflite::MicroMutableOpResolver<21>;

TFLMRegistration FullyConnectedOf(Kernels kernels) {
  switch (kernels) {
    case Kernels::kReference:
      return tflite::Register_FULLY_CONNECTED();
    case Kernels::kFast:
      return kernels::fast::RegisterFullyConnected();
    case Kernels::kBaseline:
      return kernels::mvp::RegisterFullyConnectedMvp(kernels::mvp::Variant::kBaseline);
    case Kernels::kAccelerated:
      break;
  }
  return kernels::mvp::RegisterFullyConnectedMvp(kernels::mvp::Variant::kFast);
}

std::unique_ptr<Resolver> MakeResolver(Kernels kernels) {
  auto made = std::make_unique<Resolver>();
  Resolver& all = *made;
  const bool plain = kernels == Kernels::kReference;
  for (const TfLiteStatus added :
       {all.AddAdd(),
        all.AddAveragePool2D(),
        all.AddConcatenation(),
        all.AddConv2D(),
        all.AddDequantize(plain ? tflite::Register_DEQUANTIZE() : kernels::fast::RegisterDequantize()),
        all.AddDepthwiseConv2D(),
        all.AddFullyConnected(FullyConnectedOf(kernels)),
        all.AddLogistic(),
        all.AddMaxPool2D(),
        all.AddMean(),
        all.AddMul(),
        all.AddPack(),
        all.AddPad(),
        all.AddQuantize(plain ? tflite::Register_QUANTIZE() : kernels::fast::RegisterQuantize()),
        all.AddRelu(),
        all.AddRelu6(),
        all.AddReshape(),
        all.AddShape(),
        all.AddSoftmax(),
        all.AddStridedSlice(),
        all.AddSub()}) {
    if (added != kTfLiteOk) std::abort();
  }
  return made;
}

}  // namespace

const char* NameOf(Kernels kernels) {
  constexpr const char* kNames[] = {"reference", "fast", "baseline", "accelerated"};
  return kNames[static_cast<size_t>(kernels)];
}

const tflite::MicroOpResolver& OperatorsOf(Kernels kernels) {
  static const std::unique_ptr<Resolver> resolvers[] = {
      MakeResolver(Kernels::kReference), MakeResolver(Kernels::kFast), MakeResolver(Kernels::kBaseline),
      MakeResolver(Kernels::kAccelerated)};
  return *resolvers[static_cast<size_t>(kernels)];
}

}  // namespace model_fuzzing
