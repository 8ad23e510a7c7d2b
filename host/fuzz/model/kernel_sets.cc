// Resolvers with all operators, one per set of kernels.
#include "host/fuzz/model/kernel_sets.h"

#include <cstddef>
#include <cstdlib>
#include <initializer_list>
#include <memory>

#include "app/kernel_choice.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"

namespace model_fuzzing {
namespace {

using Resolver = tflite::MicroMutableOpResolver<21>;

app::KernelChoice ChoiceOf(Kernels kernels) {
  switch (kernels) {
    case Kernels::kReference:
      break;
    case Kernels::kFast:
      return app::ChooseKernels(app::Kernel::kFast, false);
    case Kernels::kBaseline:
      return app::ChooseKernels(app::Kernel::kBaseline, true);
    case Kernels::kAccelerated:
      return app::ChooseKernels(app::Kernel::kFast, true);
  }
  app::KernelChoice choice = app::ChooseKernels(app::Kernel::kReference, false);
  choice.fully_connected = tflite::Register_FULLY_CONNECTED();  // float, too
  return choice;
}

std::unique_ptr<Resolver> MakeResolver(Kernels kernels) {
  auto made = std::make_unique<Resolver>();
  Resolver& all = *made;
  const app::KernelChoice choice = ChoiceOf(kernels);
  for (const TfLiteStatus added : {all.AddAdd(choice.add()),
                                   all.AddAveragePool2D(),
                                   all.AddConcatenation(),
                                   all.AddConv2D(choice.conv_2d()),
                                   all.AddDequantize(choice.dequantize),
                                   all.AddDepthwiseConv2D(choice.depthwise_conv_2d()),
                                   all.AddFullyConnected(choice.fully_connected),
                                   all.AddLogistic(),
                                   all.AddMaxPool2D(),
                                   all.AddMean(),
                                   all.AddMul(),
                                   all.AddPack(),
                                   all.AddPad(),
                                   all.AddQuantize(choice.quantize),
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

const tflite::MicroOpResolver& OperatorsOf(Kernels kernels) {
  static const std::unique_ptr<Resolver> resolvers[] = {
      MakeResolver(Kernels::kReference), MakeResolver(Kernels::kFast), MakeResolver(Kernels::kBaseline),
      MakeResolver(Kernels::kAccelerated)};
  return *resolvers[static_cast<size_t>(kernels)];
}

}  // namespace model_fuzzing
