// When each tensor of a model is needed, and which tensors are the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

inline constexpr int32_t kNeverUsed = INT32_MIN;

struct TensorLifetime {
  int32_t owner;  // the tensor whose memory this one uses: itself, or the source of a chain of RESHAPEs
  int32_t
      first_use;  // operator index, -1 for what exists before the first; kNeverUsed when there is no memory
  int32_t last_use;  // operator index; one past the last operator for inputs and outputs of the model
  bool is_input;
  bool is_output;
};

// Fills `lifetimes` [tensor_count]. A RESHAPE's output shares its input's memory, which nobody writes to
// again, unless that would make an input of the model its output. With
// `keep_inputs` the inputs of the model live to the end, so that it can be invoked again on the same input;
// without, others may use their memory after the last operator that reads them. With `preserve_all` every
// tensor has its own memory for good.
void FindLifetimes(const tflite::Model& model, const TfLiteEvalTensor* tensors, size_t tensor_count,
                   bool preserve_all, bool keep_inputs, TensorLifetime* lifetimes);

}  // namespace earshot
