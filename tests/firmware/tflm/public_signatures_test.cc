// TFLM's public interface as far as application and kernels use it: each signature as upstream has it. What
// is compiled here against other signatures than TFLM's would not compile there. test_public_signatures.py
// holds the list against what the sources use.
#include <gtest/gtest.h>

#include <cstdarg>
#include <type_traits>

#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/kernels/internal/common.h"
#include "tensorflow/lite/kernels/internal/quantization_util.h"
#include "tensorflow/lite/kernels/internal/tensor_ctypes.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/debug_log.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_utils.h"

namespace {

// Whether there is an overload of exactly this signature.
template <typename Signature>
constexpr bool Is(Signature*) {
  return true;
}
template <typename Signature, typename Class>
constexpr bool Has(Signature Class::*) {
  return true;
}
template <typename Wanted, typename Actual>
constexpr bool kSame = std::is_same_v<Wanted, Actual>;

using tflite::MicroContext;
using tflite::MicroInterpreter;
using tflite::MicroProfilerInterface;
using Context = TfLiteContext;
using Node = TfLiteNode;
using Tensor = TfLiteTensor;
using EvalTensor = TfLiteEvalTensor;
using Status = TfLiteStatus;
using Resolver = tflite::MicroMutableOpResolver<4>;

// The model.
static_assert(Is<const tflite::Model*(const void*)>(tflite::GetModel));
static_assert(Is<tflite::BuiltinOperator(const tflite::OperatorCode*)>(tflite::GetBuiltinCode));
static_assert(std::is_class_v<tflite::Operator> && std::is_class_v<tflite::SubGraph>);
static_assert(kSame<decltype(std::declval<tflite::Tensor>().type()), tflite::TensorType>);
static_assert(kSame<decltype(std::declval<tflite::QuantizationParameters>().scale()),
                    const flatbuffers::Vector<float>*>);
static_assert(kSame<decltype(std::declval<tflite::SubGraph>().operators()),
                    const flatbuffers::Vector<flatbuffers::Offset<tflite::Operator>>*>);
static_assert(tflite::TensorType_INT8 == 9);
static_assert(tflite::BuiltinOperator_FULLY_CONNECTED == 9 && tflite::BuiltinOperator_QUANTIZE == 114);
static_assert(std::is_enum_v<tflite::BuiltinOperator>);

// The interpreter.
static_assert(std::is_constructible_v<MicroInterpreter, const tflite::Model*, const tflite::MicroOpResolver&,
                                      uint8_t*, size_t>);
static_assert(
    std::is_constructible_v<MicroInterpreter, const tflite::Model*, const tflite::MicroOpResolver&, uint8_t*,
                            size_t, tflite::MicroResourceVariables*, MicroProfilerInterface*, bool>);
static_assert(Has<Status()>(&MicroInterpreter::AllocateTensors));
static_assert(Has<Status()>(&MicroInterpreter::Invoke));
static_assert(Has<Status()>(&MicroInterpreter::Reset));
static_assert(Has<Status(void*)>(&MicroInterpreter::SetMicroExternalContext));
static_assert(Has<Tensor*(size_t)>(&MicroInterpreter::input));
static_assert(Has<Tensor*(size_t)>(&MicroInterpreter::output));
static_assert(Has<size_t() const>(&MicroInterpreter::inputs_size));
static_assert(Has<size_t() const>(&MicroInterpreter::outputs_size));
static_assert(Has<size_t() const>(&MicroInterpreter::arena_used_bytes));
static_assert(Has<Status() const>(&MicroInterpreter::initialization_status));
static_assert(Has<EvalTensor*(int, int)>(&MicroInterpreter::GetTensor));

// Resolver and profiler. An operator is added with another kernel than the reference one.
static_assert(std::is_base_of_v<tflite::MicroOpResolver, Resolver>);
static_assert(Has<Status(const TFLMRegistration&)>(&Resolver::AddAdd));
static_assert(Has<Status(const TFLMRegistration&)>(&Resolver::AddConv2D));
static_assert(Has<Status(const TFLMRegistration&)>(&Resolver::AddDequantize));
static_assert(Has<Status(const TFLMRegistration&)>(&Resolver::AddFullyConnected));
static_assert(Has<Status(const TFLMRegistration&)>(&Resolver::AddQuantize));
static_assert(Has<uint32_t(const char*)>(&MicroProfilerInterface::BeginEvent));
static_assert(Has<void(uint32_t)>(&MicroProfilerInterface::EndEvent));

// Messages.
static_assert(Is<void(const char*, ...)>(MicroPrintf));
static_assert(Is<void(const char*, va_list)>(DebugLog));
static_assert(Is<const char*(TfLiteType)>(TfLiteTypeGetName));

// What kernels reach the interpreter through.
static_assert(Is<MicroContext*(const Context*)>(tflite::GetMicroContext));
static_assert(Has<void*(size_t)>(&MicroContext::AllocatePersistentBuffer));
static_assert(Has<Status(size_t, int*)>(&MicroContext::RequestScratchBufferInArena));
static_assert(Has<void*(int)>(&MicroContext::GetScratchBuffer));
static_assert(Has<Tensor*(const Node*, int)>(&MicroContext::AllocateTempInputTensor));
static_assert(Has<Tensor*(const Node*, int)>(&MicroContext::AllocateTempOutputTensor));
static_assert(Has<void(Tensor*)>(&MicroContext::DeallocateTempTfLiteTensor));
static_assert(Has<void*()>(&MicroContext::external_context));

// Kernels.
static_assert(kSame<decltype(TFLMRegistration::init), void* (*)(Context*, const char*, size_t)>);
static_assert(kSame<decltype(TFLMRegistration::prepare), Status (*)(Context*, Node*)>);
static_assert(kSame<decltype(TFLMRegistration::invoke), Status (*)(Context*, Node*)>);
static_assert(kSame<decltype(tflite::micro::RegisterOp(nullptr, nullptr, nullptr)), TFLMRegistration>);
static_assert(Is<TFLMRegistration()>(tflite::Register_FULLY_CONNECTED_INT8));
static_assert(Is<TFLMRegistration()>(tflite::Register_ADD));
static_assert(Is<TFLMRegistration()>(tflite::Register_CONV_2D));
static_assert(Is<TFLMRegistration()>(tflite::Register_DEPTHWISE_CONV_2D));
static_assert(Is<TFLMRegistration()>(tflite::Register_QUANTIZE));
static_assert(Is<TFLMRegistration()>(tflite::Register_DEQUANTIZE));
static_assert(Is<const EvalTensor*(const Context*, const Node*, int)>(tflite::micro::GetEvalInput));
static_assert(Is<EvalTensor*(const Context*, const Node*, int)>(tflite::micro::GetEvalOutput));
static_assert(Is<int8_t*(EvalTensor*)>(tflite::micro::GetTensorData<int8_t>));
static_assert(Is<const int8_t*(const EvalTensor*)>(tflite::micro::GetTensorData<int8_t>));
static_assert(Is<const int32_t*(const EvalTensor*)>(tflite::micro::GetOptionalTensorData<int32_t>));

// Tensors.
static_assert(Is<int(const Tensor*)>(tflite::NumDimensions));
static_assert(Is<int(const Tensor*, int)>(tflite::SizeOfDimension));
static_assert(Is<int64_t(const Tensor*)>(tflite::NumElements));
static_assert(Is<int(const Node*)>(tflite::NumInputs));
static_assert(Is<bool(const Tensor*)>(tflite::IsConstantTensor));
static_assert(Is<bool(const Tensor*, const Tensor*)>(tflite::HaveSameShapes));
static_assert(Is<Status(Context*, const Tensor*, const Tensor*, const Tensor*, Tensor*, double*)>(
    tflite::GetQuantizedConvolutionMultipler));
static_assert(Is<Status(Context*, TfLiteFusedActivation, Tensor*, int32_t*, int32_t*)>(
    tflite::CalculateActivationRangeQuantized));
static_assert(Is<void(double, int32_t*, int*)>(tflite::QuantizeMultiplier));
static_assert(Is<int32_t(int32_t, int32_t, int)>(tflite::MultiplyByQuantizedMultiplier));
static_assert(kSame<decltype(Tensor::type), TfLiteType> && kSame<decltype(Tensor::bytes), size_t>);
static_assert(kSame<decltype(Tensor::dims), TfLiteIntArray*>);
static_assert(kSame<decltype(Tensor::params), TfLiteQuantizationParams>);
static_assert(kSame<decltype(TfLiteAffineQuantization::scale), TfLiteFloatArray*>);
static_assert(kSame<decltype(TfLiteAffineQuantization::zero_point), TfLiteIntArray*>);
static_assert(kSame<decltype(TfLiteFullyConnectedParams::activation), TfLiteFusedActivation>);

// Numbers, which files and other libraries know too.
static_assert(kTfLiteOk == 0 && kTfLiteError == 1);
static_assert(kTfLiteFloat32 == 1 && kTfLiteInt32 == 2 && kTfLiteUInt8 == 3 && kTfLiteInt8 == 9);
static_assert(kTfLiteNoQuantization == 0 && kTfLiteAffineQuantization == 1 && kTfLiteOptionalTensor == -1);

void IgnoreError(TfLiteContext*, const char*, ...) {}

TfLiteStatus Checked(TfLiteContext* context, int which) {
  TF_LITE_ENSURE(context, which != 1);
  TF_LITE_ENSURE_EQ(context, which, 0);
  TF_LITE_ENSURE_MSG(context, which == 0, "no");
  TF_LITE_ENSURE_STATUS(which == 0 ? kTfLiteOk : kTfLiteError);
  if (which != 0) TF_LITE_KERNEL_LOG(context, "%d", which);
  return kTfLiteOk;
}

TEST(PublicSignatures, MacrosReturnAnErrorWhereACheckFails) {
  TfLiteContext context = {};
  context.ReportError = IgnoreError;
  EXPECT_EQ(Checked(&context, 0), kTfLiteOk);
  EXPECT_EQ(Checked(&context, 1), kTfLiteError);
}

}  // namespace
