// The interpreter's side of MicroContext: tensors, scratch buffers and memory for the kernels of one model.
#pragma once

#include <cstddef>
#include <cstdint>

#include "arena.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/micro_context.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

// A request for memory while node `node_index` runs. Newest first.
struct ScratchBuffer {
  ScratchBuffer* next;
  uint8_t* data;  // set when the memory is planned
  size_t bytes;
  int node_index;
};

class RuntimeContext final : public tflite::MicroContext {
 public:
  RuntimeContext(const tflite::Model* model, Arena& arena);
  RuntimeContext(const RuntimeContext&) = delete;
  RuntimeContext& operator=(const RuntimeContext&) = delete;

  void* AllocatePersistentBuffer(size_t bytes) override;
  TfLiteStatus RequestScratchBufferInArena(size_t bytes, int* buffer_index) override;
  void* GetScratchBuffer(int buffer_index) override;
  TfLiteTensor* AllocateTempTfLiteTensor(int tensor_index) override;
  void DeallocateTempTfLiteTensor(TfLiteTensor*) override {}
  uint8_t* AllocateTempBuffer(size_t size, size_t alignment) override;
  void DeallocateTempBuffer(uint8_t*) override {}
  TfLiteEvalTensor* GetEvalTensor(int tensor_index) override;
  TfLiteStatus set_external_context(void* payload) override;
  void* external_context() override { return external_context_; }

  // Creates the tensors of `subgraph`; only the constant ones have data yet.
  TfLiteStatus CreateTensors(const tflite::SubGraph& subgraph);

  // Full description of a tensor; `persistent` says where in the arena the quantization goes. False when the
  // arena is full.
  bool DescribeTensor(int tensor_index, bool persistent, TfLiteTensor* tensor);

  // Kernels may allocate for node `node_index` from here to EndPrepare.
  void BeginPrepare(int node_index);
  void EndPrepare();

  TfLiteContext* c_context() { return &c_context_; }
  TfLiteEvalTensor* tensors() { return tensors_; }
  size_t tensor_count() const { return tensor_count_; }
  ScratchBuffer* scratch_buffers() { return scratch_buffers_; }
  size_t scratch_buffer_count() const { return scratch_buffer_count_; }

 private:
  bool DescribeQuantization(const tflite::Tensor& source, bool persistent, TfLiteTensor* tensor);

  const tflite::Model* model_;
  const tflite::SubGraph* subgraph_ = nullptr;
  Arena& arena_;
  TfLiteContext c_context_ = {};
  TfLiteEvalTensor* tensors_ = nullptr;
  size_t tensor_count_ = 0;
  ScratchBuffer* scratch_buffers_ = nullptr;
  size_t scratch_buffer_count_ = 0;
  int node_index_ = -1;  // the node being prepared; -1 outside BeginPrepare … EndPrepare
  void* external_context_ = nullptr;
};

}  // namespace earshot
