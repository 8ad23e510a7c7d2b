// What kernels reach the interpreter through.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/common.h"

namespace tflite {

class MicroContext {
 public:
  // Memory that stays as long as the interpreter, 16-byte aligned; nullptr when the arena is full.
  // For init and prepare only.
  virtual void* AllocatePersistentBuffer(size_t bytes) = 0;

  // Memory that exists while the current node is invoked. For prepare only.
  virtual TfLiteStatus RequestScratchBufferInArena(size_t bytes, int* buffer_index) = 0;

  // The memory behind an index from RequestScratchBufferInArena, 16-byte aligned. For invoke only.
  virtual void* GetScratchBuffer(int buffer_index) = 0;

  // Full description of a tensor; nullptr when the operand is left out or the arena is full. For prepare
  // only. All of them are gone when prepare returns, whether given back or not.
  virtual TfLiteTensor* AllocateTempTfLiteTensor(int tensor_index) = 0;
  virtual void DeallocateTempTfLiteTensor(TfLiteTensor* tensor) = 0;

  // Memory for prepare only; nullptr when the arena is full.
  virtual uint8_t* AllocateTempBuffer(size_t size, size_t alignment) = 0;
  virtual void DeallocateTempBuffer(uint8_t* buffer) = 0;

  // Data, shape and type of a tensor; nullptr for an index that the model does not have.
  virtual TfLiteEvalTensor* GetEvalTensor(int tensor_index) = 0;

  // A pointer of the application's for its own kernels; kTfLiteError when one is set already.
  virtual TfLiteStatus set_external_context(void* payload) = 0;
  virtual void* external_context() = 0;

  // As AllocateTempTfLiteTensor, for operand `index` of `node`.
  TfLiteTensor* AllocateTempInputTensor(const TfLiteNode* node, int index);
  TfLiteTensor* AllocateTempOutputTensor(const TfLiteNode* node, int index);

 protected:
  ~MicroContext() = default;
};

inline MicroContext* GetMicroContext(const TfLiteContext* context) {
  return static_cast<MicroContext*>(context->impl_);
}

}  // namespace tflite
