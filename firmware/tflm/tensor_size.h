// Element types of the schema in the interface's terms, and sizes in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

// kTfLiteNoType for types that the runtime does not carry (strings, complex, 4-bit …).
TfLiteType ElementType(tflite::TensorType type);

// 0 for kTfLiteNoType.
size_t ElementBytes(TfLiteType type);

// Size of all elements; `tensor` comes from a verified model.
size_t TensorBytes(const TfLiteEvalTensor& tensor);

// The tensor's constant data; nullptr when it is computed.
const uint8_t* ConstantData(const tflite::Model& model, const tflite::Tensor& tensor);

}  // namespace earshot
