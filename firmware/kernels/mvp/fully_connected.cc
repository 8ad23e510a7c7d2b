// FULLY_CONNECTED on the MVP accelerator: its plan is made in Prepare.
#include "kernels/mvp/fully_connected.h"

#include <cstdint>
#include <new>

#include "kernels/fast/fully_connected.h"
#include "kernels/mvp/context.h"
#include "kernels/mvp/fully_connected_plan.h"
#include "kernels/mvp/invoke.h"
#include "kernels/mvp/layer_report.h"
#include "mvp/driver.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::mvp {
namespace {

constexpr int kInputTensor = 0, kWeightsTensor = 1, kBiasTensor = 2, kOutputTensor = 0;

// Null where nothing can be launched.
Context* SharedContext(tflite::MicroContext* micro) {
  Context* context = FindContext(micro);
  if (context == nullptr || context->driver == nullptr || !context->driver->ready()) return nullptr;
  return context;
}

// What runs the layers that the accelerator does not. Under kBaseline the plain kernel, which needs no
// scratch buffer, as the programs of that variant do not.
template <Variant variant>
TFLMRegistration CoreKernel() {
  if constexpr (variant == Variant::kFast) return fast::RegisterFullyConnected();
  return tflite::Register_FULLY_CONNECTED_INT8();
}

void* Init(TfLiteContext* context, const char*, size_t) {
  void* memory = tflite::GetMicroContext(context)->AllocatePersistentBuffer(sizeof(Layer));
  return memory == nullptr ? nullptr : new (memory) Layer;
}

// Prepares the kernel on the core, whose user_data then lies `layer.core_data` bytes from the layer.
template <Variant variant>
TfLiteStatus PrepareCoreKernel(TfLiteContext* context, TfLiteNode* node, Layer& layer) {
  TfLiteNode core = *node;
  const TFLMRegistration kernel = CoreKernel<variant>();
  core.user_data = kernel.init(context, nullptr, 0);
  const auto prepare = variant == Variant::kFast ? fast::PrepareWithoutScratch : kernel.prepare;
  TF_LITE_ENSURE_STATUS(prepare(context, &core));
  layer.core_data = static_cast<int32_t>(static_cast<const uint8_t*>(core.user_data) -
                                         static_cast<const uint8_t*>(node->user_data));
  return kTfLiteOk;
}

// The core's kernel uses the scratch buffer of the layer's programs if there is one: never do both run.
template <Variant variant>
TfLiteStatus ShareScratch(TfLiteContext* context, Layer& layer) {
  if constexpr (variant == Variant::kBaseline) return kTfLiteOk;
  void* data = static_cast<uint8_t*>(static_cast<void*>(&layer)) + layer.core_data;
  auto* core = static_cast<fast::FullyConnectedData*>(data);
  if (layer.scratch < 0) return fast::RequestScratch(context, core);
  core->scratch = layer.scratch;
  return kTfLiteOk;
}

template <Variant variant>
TfLiteStatus PlanNode(TfLiteContext* context, TfLiteNode* node, Context& shared, Layer& layer) {
  tflite::MicroContext* micro = tflite::GetMicroContext(context);
  Operands operands;
  operands.input = micro->AllocateTempInputTensor(node, kInputTensor);
  operands.weights = micro->AllocateTempInputTensor(node, kWeightsTensor);
  operands.bias =
      tflite::NumInputs(node) > kBiasTensor ? micro->AllocateTempInputTensor(node, kBiasTensor) : nullptr;
  operands.output = micro->AllocateTempOutputTensor(node, kOutputTensor);
  TF_LITE_ENSURE(context,
                 operands.input != nullptr && operands.weights != nullptr && operands.output != nullptr);
  operands.weight_order = WeightOrderOf(micro, node->inputs->data[kWeightsTensor]);
  LayerParts parts(micro, shared, variant, node->outputs->data[kOutputTensor]);
  LayerDraft draft{layer, shared};
  const TfLiteStatus status = PlanLayer(context, node, variant, operands, parts, draft);
  if (draft.misfit.what != nullptr) {
    ReportMisfit(draft.misfit, shared.model, operands.weights, node->outputs->data[kOutputTensor]);
  }
  layer.may_be_left_running = layer.plan != Plan::kReference && parts.MayBeLeftRunning();
  micro->DeallocateTempTfLiteTensor(operands.output);
  if (operands.bias != nullptr) micro->DeallocateTempTfLiteTensor(operands.bias);
  micro->DeallocateTempTfLiteTensor(operands.weights);
  micro->DeallocateTempTfLiteTensor(operands.input);
  return status;
}

template <Variant variant>
TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  TF_LITE_ENSURE(context, node->user_data != nullptr);
  Layer& layer = *static_cast<Layer*>(node->user_data);
  // First, because it refuses what no kernel can run.
  TF_LITE_ENSURE_STATUS(PrepareCoreKernel<variant>(context, node, layer));
  Context* shared = SharedContext(tflite::GetMicroContext(context));
  if (shared != nullptr) TF_LITE_ENSURE_STATUS(PlanNode<variant>(context, node, *shared, layer));
  return ShareScratch<variant>(context, layer);
}

}  // namespace

TFLMRegistration RegisterFullyConnectedMvp(Variant variant) {
  if (variant == Variant::kFast) {
    return tflite::micro::RegisterOp(Init, Prepare<Variant::kFast>, InvokeFullyConnectedFast);
  }
  return tflite::micro::RegisterOp(Init, Prepare<Variant::kBaseline>, InvokeFullyConnectedBaseline);
}

}  // namespace kernels::mvp
