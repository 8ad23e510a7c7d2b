// The operators that a C program can name, as the resolver adds them: one function each, so that the linker
// leaves out kernels and options' readers of the others.
#include "earshot_c.h"
#include "earshot_c_registration.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

namespace earshot {
namespace {

using OneOperator = tflite::MicroMutableOpResolver<1>;

// `add` adds the operator `op` to an empty resolver.
template <typename Add>
void Fill(EarshotRegistration* registration, tflite::BuiltinOperator op, Add add) {
  OneOperator resolver;
  if (add(resolver) != kTfLiteOk) return;  // there is room for one
  *registration = {*resolver.FindOp(op), resolver.GetOpDataParser(op)};
}

}  // namespace
}  // namespace earshot

void EarshotAdd(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_ADD,
                [](auto& operators) { return operators.AddAdd(); });
}

void EarshotAveragePool2D(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_AVERAGE_POOL_2D,
                [](auto& operators) { return operators.AddAveragePool2D(); });
}

void EarshotConcatenation(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_CONCATENATION,
                [](auto& operators) { return operators.AddConcatenation(); });
}

void EarshotConv2D(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_CONV_2D,
                [](auto& operators) { return operators.AddConv2D(); });
}

void EarshotDepthwiseConv2D(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_DEPTHWISE_CONV_2D,
                [](auto& operators) { return operators.AddDepthwiseConv2D(); });
}

void EarshotDequantize(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_DEQUANTIZE,
                [](auto& operators) { return operators.AddDequantize(); });
}

void EarshotFullyConnected(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_FULLY_CONNECTED,
                [](auto& operators) { return operators.AddFullyConnected(); });
}

void EarshotLogistic(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_LOGISTIC,
                [](auto& operators) { return operators.AddLogistic(); });
}

void EarshotMaxPool2D(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_MAX_POOL_2D,
                [](auto& operators) { return operators.AddMaxPool2D(); });
}

void EarshotMean(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_MEAN,
                [](auto& operators) { return operators.AddMean(); });
}

void EarshotMul(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_MUL,
                [](auto& operators) { return operators.AddMul(); });
}

void EarshotPack(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_PACK,
                [](auto& operators) { return operators.AddPack(); });
}

void EarshotPad(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_PAD,
                [](auto& operators) { return operators.AddPad(); });
}

void EarshotQuantize(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_QUANTIZE,
                [](auto& operators) { return operators.AddQuantize(); });
}

void EarshotRelu(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_RELU,
                [](auto& operators) { return operators.AddRelu(); });
}

void EarshotRelu6(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_RELU6,
                [](auto& operators) { return operators.AddRelu6(); });
}

void EarshotReshape(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_RESHAPE,
                [](auto& operators) { return operators.AddReshape(); });
}

void EarshotShape(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_SHAPE,
                [](auto& operators) { return operators.AddShape(); });
}

void EarshotSoftmax(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_SOFTMAX,
                [](auto& operators) { return operators.AddSoftmax(); });
}

void EarshotStridedSlice(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_STRIDED_SLICE,
                [](auto& operators) { return operators.AddStridedSlice(); });
}

void EarshotSub(EarshotRegistration* registration) {
  earshot::Fill(registration, tflite::BuiltinOperator_SUB,
                [](auto& operators) { return operators.AddSub(); });
}
