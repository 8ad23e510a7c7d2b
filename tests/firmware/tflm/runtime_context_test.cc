// What kernels get from the interpreter: memory by phase, tensors by operand.
#include <gtest/gtest.h>

#include "captured_log.h"
#include "loaded_model.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace {

using model_building::ModelSpec;
using model_building::PlacedModel;
using tflite::GetMicroContext;

// What a kernel saw; reached through the external context.
struct Witness {
  int scratch[2] = {-1, -1};
  bool scratch_is_separate = false;
  bool late_allocation_refused = false;
  bool scale_was_right = false;
  bool bad_operands_are_null = false;
};

Witness& WitnessOf(TfLiteContext* context) {
  return *static_cast<Witness*>(GetMicroContext(context)->external_context());
}

TfLiteStatus Prepare(TfLiteContext* context, TfLiteNode* node) {
  Witness& witness = WitnessOf(context);
  tflite::MicroContext* micro = GetMicroContext(context);
  TfLiteTensor* input = micro->AllocateTempInputTensor(node, 0);
  witness.scale_was_right =
      input != nullptr && input->params.scale == 0.25f && input->params.zero_point == -3;
  witness.bad_operands_are_null = micro->AllocateTempInputTensor(node, 5) == nullptr &&
                                  micro->AllocateTempOutputTensor(node, -1) == nullptr &&
                                  micro->AllocateTempTfLiteTensor(1000) == nullptr &&
                                  micro->GetEvalTensor(-1) == nullptr;
  TF_LITE_ENSURE_STATUS(micro->RequestScratchBufferInArena(100, &witness.scratch[0]));
  return context->RequestScratchBufferInArena(context, 50, &witness.scratch[1]);
}

TfLiteStatus Invoke(TfLiteContext* context, TfLiteNode* node) {
  Witness& witness = WitnessOf(context);
  tflite::MicroContext* micro = GetMicroContext(context);
  auto* first = static_cast<uint8_t*>(micro->GetScratchBuffer(witness.scratch[0]));
  auto* second = static_cast<uint8_t*>(context->GetScratchBuffer(context, witness.scratch[1]));
  uint8_t* input = tflite::micro::GetMutableEvalInput(context, node, 0)->data.uint8;
  uint8_t* output = tflite::micro::GetEvalOutput(context, node, 0)->data.uint8;
  const auto apart = [](const uint8_t* a, size_t a_bytes, const uint8_t* b, size_t b_bytes) {
    return a + a_bytes <= b || b + b_bytes <= a;
  };
  witness.scratch_is_separate = apart(first, 100, second, 50) && apart(first, 100, input, 4) &&
                                apart(second, 50, output, 4) && apart(first, 100, output, 4);
  int index = 0;
  witness.late_allocation_refused = micro->AllocatePersistentBuffer(4) == nullptr &&
                                    micro->RequestScratchBufferInArena(4, &index) == kTfLiteError &&
                                    micro->AllocateTempTfLiteTensor(0) == nullptr &&
                                    micro->GetScratchBuffer(2) == nullptr &&
                                    micro->GetScratchBuffer(-1) == nullptr;
  return kTfLiteOk;
}

TEST(RuntimeContext, ServesAKernel) {
  ModelSpec spec;
  spec.inputs = {spec.Add(model_building::Quantized({4}, 0.25f, -3))};
  spec.outputs = {spec.Add(model_building::Quantized({4}, 1.0f, 0))};
  spec.operators = {{tflite::BuiltinOperator_FULLY_CONNECTED, {0}, {1}}};
  const PlacedModel model(BuildModel(spec));
  tflite::MicroMutableOpResolver<1> resolver;
  ASSERT_EQ(resolver.AddFullyConnected(tflite::micro::RegisterOp(nullptr, Prepare, Invoke)), kTfLiteOk);
  alignas(16) uint8_t arena[2048];
  Witness witness;
  tflite::MicroInterpreter interpreter(tflite::GetModel(model.data()), resolver, arena, sizeof(arena));
  ASSERT_EQ(interpreter.SetMicroExternalContext(&witness), kTfLiteOk);
  EXPECT_EQ(interpreter.SetMicroExternalContext(&witness), kTfLiteError);
  ASSERT_EQ(interpreter.AllocateTensors(), kTfLiteOk) << model_building::TakeLog();
  ASSERT_EQ(interpreter.Invoke(), kTfLiteOk);
  EXPECT_TRUE(witness.scale_was_right);
  EXPECT_TRUE(witness.bad_operands_are_null);
  EXPECT_TRUE(witness.scratch_is_separate);
  EXPECT_TRUE(witness.late_allocation_refused);
}

}  // namespace
