// When each tensor of a model is needed, and which tensors may share bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/micro_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

inline constexpr int32_t kNeverUsed = INT32_MIN;
inline constexpr int32_t kNoTensor = -1;

// What MicroInterpreter is asked for.
struct MemoryOptions {
  bool preserve_all_tensors;  // every tensor has its own memory for good
  bool keep_inputs;           // the inputs are there after the run, so that the model can run on them again
};

struct TensorLifetime {
  int32_t owner;  // the tensor whose memory this one uses: itself, or the source of a chain of RESHAPEs
  int32_t
      first_use;  // operator index, -1 for what exists before the first; kNeverUsed when there is no memory
  int32_t last_use;  // operator index; one past the last operator for inputs and outputs of the model
  // The tensor that may overwrite this one, both owners, where this one starts `lead` bytes or more above its
  // start; kNoTensor when there is none.
  int32_t overwriter;
  uint32_t lead;
  bool is_input;
  bool is_output;
};

// Fills `lifetimes` [tensor_count]. A RESHAPE's output shares its input's memory, unless that would make an
// input of the model its output. An input that dies at an operator may be overwritten by its output where the
// kernel in `resolver` allows it (kernels/in_place.h). Without `keep_inputs` the model's inputs die with
// their last reader.
void FindLifetimes(const tflite::Model& model, const tflite::MicroOpResolver& resolver,
                   const TfLiteEvalTensor* tensors, size_t tensor_count, MemoryOptions options,
                   TensorLifetime* lifetimes);

}  // namespace earshot
