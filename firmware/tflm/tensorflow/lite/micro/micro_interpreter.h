// Runs a model: allocates its tensors in an arena, then invokes its operators in order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "arena.h"
#include "graph_observer.h"
#include "runtime_context.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/micro_op_resolver.h"
#include "tensorflow/lite/micro/micro_profiler_interface.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace tflite {

// Not supported: only nullptr is accepted.
class MicroResourceVariables;

class MicroInterpreter {
 public:
  // `model` has passed earshot::VerifyModel or is trusted. Model, resolver, arena and profiler must outlive
  // the interpreter. With `preserve_all_tensors` no two tensors share memory, so that each can be read
  // afterwards. With `keep_inputs`, which TFLM does not have, Invoke leaves the inputs as they are; without,
  // it may overwrite them, and the arena can be smaller.
  MicroInterpreter(const Model* model, const MicroOpResolver& op_resolver, uint8_t* tensor_arena,
                   size_t tensor_arena_size, MicroResourceVariables* resource_variables = nullptr,
                   MicroProfilerInterface* profiler = nullptr, bool preserve_all_tensors = false,
                   bool keep_inputs = true);
  ~MicroInterpreter();
  MicroInterpreter(const MicroInterpreter&) = delete;
  MicroInterpreter& operator=(const MicroInterpreter&) = delete;

  // Finds the kernels, prepares them and lays out the arena. Fails, with a line through MicroPrintf, when an
  // operator has no kernel, a kernel refuses its operands, or the arena is too small. To be called once.
  TfLiteStatus AllocateTensors();

  // Runs all operators on the present input, which stays what it is with `keep_inputs`.
  TfLiteStatus Invoke();

  // `payload` is what kernels get from MicroContext::external_context(). To be set once, before
  // AllocateTensors.
  TfLiteStatus SetMicroExternalContext(void* payload) { return context_.set_external_context(payload); }

  // Not in TFLM. To be set before AllocateTensors.
  void SetGraphObserver(earshot::GraphObserver* observer) { observer_ = observer; }

  // Calls the kernels' reset. No kernel here keeps state between invocations.
  TfLiteStatus Reset();

  size_t inputs_size() const;
  size_t outputs_size() const;

  // Input or output `index`; nullptr past the end or before AllocateTensors has succeeded.
  TfLiteTensor* input(size_t index);
  TfLiteTensor* output(size_t index);
  template <typename T>
  T* typed_input_tensor(int index) {
    TfLiteTensor* tensor = input(static_cast<size_t>(index));
    return tensor == nullptr ? nullptr : static_cast<T*>(tensor->data.data);
  }
  template <typename T>
  T* typed_output_tensor(int index) {
    TfLiteTensor* tensor = output(static_cast<size_t>(index));
    return tensor == nullptr ? nullptr : static_cast<T*>(tensor->data.data);
  }

  // Tensor `tensor_index` of the model; its data is only meaningful with preserve_all_tensors.
  TfLiteEvalTensor* GetTensor(int tensor_index, int subgraph_index = 0);

  bool preserve_all_tensors() const { return preserve_all_tensors_; }
  bool keep_inputs() const { return keep_inputs_; }
  TfLiteStatus initialization_status() const { return initialization_status_; }

  // The smallest arena (16-byte aligned) in which AllocateTensors succeeds. Right after it has succeeded.
  size_t arena_used_bytes() const { return arena_.used_bytes(); }

 private:
  struct Operation {
    TfLiteNode node;
    const TFLMRegistration* registration;
    const char* name;  // kept, as looking it up in the model takes 80 cycles per operator and inference
  };

  TfLiteStatus FindKernels();
  TfLiteStatus PrepareKernels();
  TfLiteStatus DescribeInterface();

  const SubGraph* subgraph_ = nullptr;
  const Model* model_;
  const MicroOpResolver& op_resolver_;
  MicroProfilerInterface* profiler_;
  earshot::GraphObserver* observer_ = nullptr;
  bool preserve_all_tensors_;
  bool keep_inputs_;
  bool tensors_allocated_ = false;
  TfLiteStatus initialization_status_ = kTfLiteError;
  earshot::Arena arena_;
  earshot::RuntimeContext context_;
  Operation* operations_ = nullptr;  // [operation_count_], the operators of the subgraph
  size_t operation_count_ = 0;
  TfLiteTensor* input_tensors_ = nullptr;   // [inputs_size()]
  TfLiteTensor* output_tensors_ = nullptr;  // [outputs_size()]
};

}  // namespace tflite
