// Check of a model's meaning, once its structure is known to be sound: indices, types, shapes, sizes, order.
#pragma once

#include "complaint.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

// Limits that keep the work on a hostile file bounded.
inline constexpr uint32_t kMaxTensors = 4096;
inline constexpr uint32_t kMaxOperators = 4096;

// `model` has passed CheckSchema.
bool CheckGraph(const tflite::Model& model, Complaint& complaint);

// One tensor by itself: type, shape, buffer, quantization. `index` is for the message.
bool CheckTensor(const tflite::Model& model, const tflite::Tensor& tensor, uint32_t index,
                 Complaint& complaint);

}  // namespace earshot
