// Runs a model: allocates its tensors in an arena, then invokes its operators in order.
#include "tensorflow/lite/micro/micro_interpreter.h"

#include "arena_layout.h"
#include "tensorflow/lite/micro/micro_log.h"

namespace tflite {
namespace {

// A FlatBuffers vector of int32 has the layout of TfLiteIntArray; nobody writes through the result.
TfLiteIntArray* AsIntArray(const flatbuffers::Vector<int32_t>* indices) {
  static constexpr int kEmpty[] = {0};
  const void* array = indices == nullptr ? static_cast<const void*>(kEmpty) : indices;
  return static_cast<TfLiteIntArray*>(const_cast<void*>(array));
}

}  // namespace

MicroInterpreter::MicroInterpreter(const Model* model, const MicroOpResolver& op_resolver,
                                   uint8_t* tensor_arena, size_t tensor_arena_size,
                                   MicroResourceVariables* resource_variables,
                                   MicroProfilerInterface* profiler, bool preserve_all_tensors,
                                   bool keep_inputs)
    : model_(model),
      op_resolver_(op_resolver),
      profiler_(profiler),
      preserve_all_tensors_(preserve_all_tensors),
      keep_inputs_(keep_inputs),
      arena_(tensor_arena, tensor_arena_size),
      context_(model, arena_) {
  if (resource_variables != nullptr) {
    MicroPrintf("resource variables are not supported");
  } else if (model == nullptr || model->subgraphs() == nullptr || model->subgraphs()->size() != 1) {
    MicroPrintf("the model must have exactly one subgraph");
  } else {
    subgraph_ = model->subgraphs()->Get(0);
    initialization_status_ = kTfLiteOk;
  }
}

MicroInterpreter::~MicroInterpreter() {
  for (size_t i = 0; i < operation_count_; ++i) {
    const Operation& operation = operations_[i];
    if (operation.registration == nullptr || operation.registration->free == nullptr) continue;
    operation.registration->free(context_.c_context(), operation.node.user_data);
  }
}

TfLiteStatus MicroInterpreter::AllocateTensors() {
  if (initialization_status_ != kTfLiteOk) return kTfLiteError;
  if (operations_ != nullptr) {
    MicroPrintf("AllocateTensors was called twice");
    return kTfLiteError;
  }
  const bool done = FindKernels() == kTfLiteOk && PrepareKernels() == kTfLiteOk &&
                    earshot::LayOutArena(*model_, op_resolver_, {preserve_all_tensors_, keep_inputs_}, arena_,
                                         context_) == kTfLiteOk &&
                    DescribeInterface() == kTfLiteOk;
  if (done) {
    tensors_allocated_ = true;
    return kTfLiteOk;
  }
  initialization_status_ = kTfLiteError;
  if (arena_.refused_bytes() != 0) {
    MicroPrintf("the arena is too small: more than %u bytes are needed, %u are there",
                static_cast<unsigned>(arena_.refused_bytes()), static_cast<unsigned>(arena_.size()));
  }
  return kTfLiteError;
}

TfLiteStatus MicroInterpreter::FindKernels() {
  const size_t count = subgraph_->operators()->size();
  operations_ = arena_.AllocatePersistentArray<Operation>(count);
  if (operations_ == nullptr) return kTfLiteError;
  operation_count_ = count;
  TF_LITE_ENSURE_STATUS(context_.CreateTensors(*subgraph_));
  for (size_t i = 0; i < count; ++i) {
    const Operator& op = *subgraph_->operators()->Get(static_cast<uint32_t>(i));
    const BuiltinOperator code = model_->operator_codes()->Get(op.opcode_index())->builtin_code();
    const TFLMRegistration* registration = op_resolver_.FindOp(code);
    operations_[i].name = EnumNameBuiltinOperator(code);
    if (registration == nullptr || registration->invoke == nullptr) {
      MicroPrintf("operator %s (#%u) is not supported, or was not added to the resolver", operations_[i].name,
                  static_cast<unsigned>(i));
      return kTfLiteError;
    }
    TfLiteNode& node = operations_[i].node;
    node.inputs = AsIntArray(op.inputs());
    node.outputs = AsIntArray(op.outputs());
    operations_[i].registration = registration;
    const TfLiteBridgeBuiltinParseFunction parse = op_resolver_.GetOpDataParser(code);
    if (parse != nullptr && parse(op, arena_, &node.builtin_data) != kTfLiteOk) {
      if (arena_.refused_bytes() == 0) {
        MicroPrintf("operator %s (#%u) cannot run with these options", operations_[i].name,
                    static_cast<unsigned>(i));
      }
      return kTfLiteError;
    }
  }
  return kTfLiteOk;
}

TfLiteStatus MicroInterpreter::PrepareKernels() {
  TfLiteContext* context = context_.c_context();
  for (size_t i = 0; i < operation_count_; ++i) {
    TfLiteNode& node = operations_[i].node;
    const TFLMRegistration& registration = *operations_[i].registration;
    context_.BeginPrepare(static_cast<int>(i));
    const uint8_t* const end = arena_.persistent();
    if (registration.init != nullptr) {
      node.user_data = registration.init(context, static_cast<const char*>(node.builtin_data), 0);
    }
    const TfLiteStatus status =
        registration.prepare == nullptr ? kTfLiteOk : registration.prepare(context, &node);
    context_.EndPrepare();
    if (status != kTfLiteOk) {
      if (arena_.refused_bytes() == 0) {
        MicroPrintf("operator %s (#%u) cannot run with these operands", operations_[i].name,
                    static_cast<unsigned>(i));
      }
      return kTfLiteError;
    }
    if (observer_ != nullptr)
      observer_->OnPrepared(context_, static_cast<int>(i), node, arena_.persistent(), end);
  }
  return kTfLiteOk;
}

TfLiteStatus MicroInterpreter::DescribeInterface() {
  input_tensors_ = arena_.AllocatePersistentArray<TfLiteTensor>(inputs_size());
  output_tensors_ = arena_.AllocatePersistentArray<TfLiteTensor>(outputs_size());
  if (input_tensors_ == nullptr || output_tensors_ == nullptr) return kTfLiteError;
  for (size_t i = 0; i < inputs_size(); ++i) {
    const int index = subgraph_->inputs()->Get(static_cast<uint32_t>(i));
    if (!context_.DescribeTensor(index, true, &input_tensors_[i])) return kTfLiteError;
  }
  for (size_t i = 0; i < outputs_size(); ++i) {
    const int index = subgraph_->outputs()->Get(static_cast<uint32_t>(i));
    if (!context_.DescribeTensor(index, true, &output_tensors_[i])) return kTfLiteError;
  }
  return kTfLiteOk;
}

[[gnu::hot]] TfLiteStatus MicroInterpreter::Invoke() {
  if (!tensors_allocated_) {
    MicroPrintf("Invoke was called before AllocateTensors succeeded");
    return kTfLiteError;
  }
  TfLiteContext* const context = context_.c_context();
  MicroProfilerInterface* const profiler = profiler_;
  Operation* const end = operations_ + operation_count_;
  for (Operation* operation = operations_; operation != end; ++operation) {
    const uint32_t event = profiler == nullptr ? 0 : profiler->BeginEvent(operation->name);
    const TfLiteStatus status = operation->registration->invoke(context, &operation->node);
    if (profiler != nullptr) profiler->EndEvent(event);
    if (status != kTfLiteOk) {
      MicroPrintf("operator %s (#%u) failed", operation->name,
                  static_cast<unsigned>(operation - operations_));
      return status;
    }
    if (observer_ != nullptr) observer_->OnInvoked(static_cast<int>(operation - operations_));
  }
  return kTfLiteOk;
}

TfLiteStatus MicroInterpreter::Reset() {
  if (!tensors_allocated_) return kTfLiteError;
  for (size_t i = 0; i < operation_count_; ++i) {
    const Operation& operation = operations_[i];
    if (operation.registration->reset == nullptr) continue;
    operation.registration->reset(context_.c_context(), operation.node.user_data);
  }
  return kTfLiteOk;
}

size_t MicroInterpreter::inputs_size() const {
  return subgraph_ == nullptr ? 0 : subgraph_->inputs()->size();
}

size_t MicroInterpreter::outputs_size() const {
  return subgraph_ == nullptr ? 0 : subgraph_->outputs()->size();
}

TfLiteTensor* MicroInterpreter::input(size_t index) {
  return tensors_allocated_ && index < inputs_size() ? &input_tensors_[index] : nullptr;
}

TfLiteTensor* MicroInterpreter::output(size_t index) {
  return tensors_allocated_ && index < outputs_size() ? &output_tensors_[index] : nullptr;
}

TfLiteEvalTensor* MicroInterpreter::GetTensor(int tensor_index, int subgraph_index) {
  return subgraph_index == 0 ? context_.GetEvalTensor(tensor_index) : nullptr;
}

}  // namespace tflite
