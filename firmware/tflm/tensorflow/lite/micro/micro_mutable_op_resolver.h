// A list of the operators that an application's models use, so that no others are linked: neither kernels nor
// what reads their options.
#pragma once

#include "options/parsers.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/micro_ops.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/micro/micro_op_resolver.h"

namespace tflite {

// Holds up to `tOpCount` kernels. Each Add… returns kTfLiteError for one too many or one added before.
template <unsigned int tOpCount>
class MicroMutableOpResolver : public MicroOpResolver {
 public:
  MicroMutableOpResolver() = default;
  MicroMutableOpResolver(const MicroMutableOpResolver&) = delete;
  MicroMutableOpResolver& operator=(const MicroMutableOpResolver&) = delete;

  const TFLMRegistration* FindOp(BuiltinOperator op) const override {
    for (unsigned int i = 0; i < registrations_len_; ++i) {
      if (registrations_[i].builtin_code == op) return &registrations_[i];
    }
    return nullptr;
  }

  TfLiteBridgeBuiltinParseFunction GetOpDataParser(BuiltinOperator op) const override {
    for (unsigned int i = 0; i < registrations_len_; ++i) {
      if (registrations_[i].builtin_code == op) return parsers_[i];
    }
    return nullptr;
  }

  // Custom operators are not supported.
  const TFLMRegistration* FindOp(const char*) const override { return nullptr; }

  // Another kernel may stand in for each operator's reference kernel.
  TfLiteStatus AddAdd(const TFLMRegistration& registration = Register_ADD()) {
    return AddBuiltin(BuiltinOperator_ADD, registration, earshot::ParseAdd);
  }
  TfLiteStatus AddAveragePool2D(const TFLMRegistration& registration = Register_AVERAGE_POOL_2D()) {
    return AddBuiltin(BuiltinOperator_AVERAGE_POOL_2D, registration, earshot::ParsePool);
  }
  TfLiteStatus AddConcatenation(const TFLMRegistration& registration = Register_CONCATENATION()) {
    return AddBuiltin(BuiltinOperator_CONCATENATION, registration, earshot::ParseConcatenation);
  }
  TfLiteStatus AddConv2D(const TFLMRegistration& registration = Register_CONV_2D()) {
    return AddBuiltin(BuiltinOperator_CONV_2D, registration, earshot::ParseConv2D);
  }
  TfLiteStatus AddDepthwiseConv2D(const TFLMRegistration& registration = Register_DEPTHWISE_CONV_2D()) {
    return AddBuiltin(BuiltinOperator_DEPTHWISE_CONV_2D, registration, earshot::ParseDepthwiseConv2D);
  }
  TfLiteStatus AddDequantize(const TFLMRegistration& registration = Register_DEQUANTIZE()) {
    return AddBuiltin(BuiltinOperator_DEQUANTIZE, registration, nullptr);
  }
  TfLiteStatus AddFullyConnected(const TFLMRegistration& registration = Register_FULLY_CONNECTED()) {
    return AddBuiltin(BuiltinOperator_FULLY_CONNECTED, registration, earshot::ParseFullyConnected);
  }
  TfLiteStatus AddLogistic(const TFLMRegistration& registration = Register_LOGISTIC()) {
    return AddBuiltin(BuiltinOperator_LOGISTIC, registration, nullptr);
  }
  TfLiteStatus AddMaxPool2D(const TFLMRegistration& registration = Register_MAX_POOL_2D()) {
    return AddBuiltin(BuiltinOperator_MAX_POOL_2D, registration, earshot::ParsePool);
  }
  TfLiteStatus AddMean(const TFLMRegistration& registration = Register_MEAN()) {
    return AddBuiltin(BuiltinOperator_MEAN, registration, earshot::ParseReducer);
  }
  TfLiteStatus AddMul(const TFLMRegistration& registration = Register_MUL()) {
    return AddBuiltin(BuiltinOperator_MUL, registration, earshot::ParseMul);
  }
  TfLiteStatus AddPack(const TFLMRegistration& registration = Register_PACK()) {
    return AddBuiltin(BuiltinOperator_PACK, registration, earshot::ParsePack);
  }
  TfLiteStatus AddPad(const TFLMRegistration& registration = Register_PAD()) {
    return AddBuiltin(BuiltinOperator_PAD, registration, nullptr);
  }
  TfLiteStatus AddQuantize(const TFLMRegistration& registration = Register_QUANTIZE()) {
    return AddBuiltin(BuiltinOperator_QUANTIZE, registration, nullptr);
  }
  TfLiteStatus AddRelu(const TFLMRegistration& registration = Register_RELU()) {
    return AddBuiltin(BuiltinOperator_RELU, registration, nullptr);
  }
  TfLiteStatus AddRelu6(const TFLMRegistration& registration = Register_RELU6()) {
    return AddBuiltin(BuiltinOperator_RELU6, registration, nullptr);
  }
  TfLiteStatus AddReshape(const TFLMRegistration& registration = Register_RESHAPE()) {
    return AddBuiltin(BuiltinOperator_RESHAPE, registration, earshot::ParseReshape);
  }
  TfLiteStatus AddShape(const TFLMRegistration& registration = Register_SHAPE()) {
    return AddBuiltin(BuiltinOperator_SHAPE, registration, earshot::ParseShape);
  }
  TfLiteStatus AddSoftmax(const TFLMRegistration& registration = Register_SOFTMAX()) {
    return AddBuiltin(BuiltinOperator_SOFTMAX, registration, earshot::ParseSoftmax);
  }
  TfLiteStatus AddStridedSlice(const TFLMRegistration& registration = Register_STRIDED_SLICE()) {
    return AddBuiltin(BuiltinOperator_STRIDED_SLICE, registration, earshot::ParseStridedSlice);
  }
  TfLiteStatus AddSub(const TFLMRegistration& registration = Register_SUB()) {
    return AddBuiltin(BuiltinOperator_SUB, registration, earshot::ParseSub);
  }

  unsigned int GetRegistrationLength() const { return registrations_len_; }

 private:
  TfLiteStatus AddBuiltin(BuiltinOperator op, const TFLMRegistration& registration,
                          TfLiteBridgeBuiltinParseFunction parser) {
    if (FindOp(op) != nullptr) {
      MicroPrintf("operator %s is registered twice", EnumNameBuiltinOperator(op));
      return kTfLiteError;
    }
    if (registrations_len_ >= tOpCount) {
      MicroPrintf("operator %s does not fit: the resolver holds %u", EnumNameBuiltinOperator(op), tOpCount);
      return kTfLiteError;
    }
    registrations_[registrations_len_] = registration;
    registrations_[registrations_len_].builtin_code = op;
    parsers_[registrations_len_] = parser;
    ++registrations_len_;
    return kTfLiteOk;
  }

  TFLMRegistration registrations_[tOpCount] = {};
  TfLiteBridgeBuiltinParseFunction parsers_[tOpCount] = {};
  unsigned int registrations_len_ = 0;
};

}  // namespace tflite
