// A list of the operators that an application's models use, so that no others are linked.
#pragma once

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

  // Custom operators are not supported.
  const TFLMRegistration* FindOp(const char*) const override { return nullptr; }

  // Beyond upstream, which takes no registration for this one and for QUANTIZE.
  TfLiteStatus AddDequantize(const TFLMRegistration& registration = Register_DEQUANTIZE()) {
    return AddBuiltin(BuiltinOperator_DEQUANTIZE, registration);
  }
  TfLiteStatus AddFullyConnected(const TFLMRegistration& registration = Register_FULLY_CONNECTED()) {
    return AddBuiltin(BuiltinOperator_FULLY_CONNECTED, registration);
  }
  TfLiteStatus AddPack() { return AddBuiltin(BuiltinOperator_PACK, Register_PACK()); }
  TfLiteStatus AddQuantize(const TFLMRegistration& registration = Register_QUANTIZE()) {
    return AddBuiltin(BuiltinOperator_QUANTIZE, registration);
  }
  TfLiteStatus AddReshape() { return AddBuiltin(BuiltinOperator_RESHAPE, Register_RESHAPE()); }
  TfLiteStatus AddShape() { return AddBuiltin(BuiltinOperator_SHAPE, Register_SHAPE()); }
  TfLiteStatus AddStridedSlice() {
    return AddBuiltin(BuiltinOperator_STRIDED_SLICE, Register_STRIDED_SLICE());
  }

  unsigned int GetRegistrationLength() const { return registrations_len_; }

 private:
  TfLiteStatus AddBuiltin(BuiltinOperator op, const TFLMRegistration& registration) {
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
    ++registrations_len_;
    return kTfLiteOk;
  }

  TFLMRegistration registrations_[tOpCount] = {};
  unsigned int registrations_len_ = 0;
};

}  // namespace tflite
