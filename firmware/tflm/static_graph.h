// A model whose preparation was done where its image was built: tables of constants, in flash.
//
// host.generate writes them from what MicroInterpreter does with the same model on that computer: where each
// tensor lies, and what each kernel's Prepare has left for its Invoke.
#pragma once

#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace earshot {

struct StaticOperation {
  TfLiteStatus (*invoke)(TfLiteContext* context, TfLiteNode* node);
  TfLiteNode node;  // without builtin_data; user_data is constant; custom_initial_data is what a kernel of
                    // this project finds there (kernels/mvp/fully_connected_layer.h)
  const char* name;
};

// Runs an operator whose outputs are there already: constants, or the memory of its input.
inline TfLiteStatus InvokeNothing(TfLiteContext*, TfLiteNode*) { return kTfLiteOk; }

// Nothing writes to what the pointers lead to, except to the data of tensors that are not constants of the
// model; pointers of the interface that lack const are older than that.
struct StaticGraph {
  const TfLiteEvalTensor* tensors;  // [tensor_count], all of the model
  uint32_t tensor_count;
  const StaticOperation* operations;  // [operation_count], in execution order
  uint32_t operation_count;
  void* const* scratch;  // [scratch_count], by the kernels' indices
  uint32_t scratch_count;
  const TfLiteTensor* inputs;  // [input_count]
  uint32_t input_count;
  const TfLiteTensor* outputs;  // [output_count]
  uint32_t output_count;
};

}  // namespace earshot
