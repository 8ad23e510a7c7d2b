// Status codes, element types and quantization of one tensor: the C vocabulary of the TFLM interface.
#pragma once

#include <cstdint>

// Result of every call that can fail.
enum [[nodiscard]] TfLiteStatus {
  kTfLiteOk = 0,
  kTfLiteError = 1,
  kTfLiteDelegateError = 2,
  kTfLiteApplicationError = 3,
};

// Element types, numbered as in TFLM. The runtime computes with float32, int8, int16 and int32 only.
enum TfLiteType {
  kTfLiteNoType = 0,
  kTfLiteFloat32 = 1,
  kTfLiteInt32 = 2,
  kTfLiteUInt8 = 3,
  kTfLiteInt64 = 4,
  kTfLiteString = 5,
  kTfLiteBool = 6,
  kTfLiteInt16 = 7,
  kTfLiteComplex64 = 8,
  kTfLiteInt8 = 9,
  kTfLiteFloat16 = 10,
  kTfLiteFloat64 = 11,
};

// real = scale * (quantized - zero_point). The first scale of a tensor that has one per channel; scale 0:
// none.
struct TfLiteQuantizationParams {
  float scale;
  int32_t zero_point;
};
