// Memory of what a kernel works out in Prepare for its Invoke, the node's user_data: one buffer that holds
// numbers but no addresses, so that the bytes mean the same wherever they lie and on every little-endian
// machine. They may be recorded on one and read from the flash of another.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {
namespace reference {

// A buffer of zeros: a Data and `bytes_behind` further bytes. nullptr when the arena is full.
template <typename Data>
Data* AllocateKernelData(TfLiteContext* context, size_t bytes_behind = 0) {
  static_assert(std::is_trivially_copyable_v<Data>, "kernel data are bytes");
  // Pointers, size_t and long are 8 bytes on the machine that records.
  static_assert(alignof(Data) <= 4, "kernel data hold nothing whose size depends on the machine");
  const size_t bytes = sizeof(Data) + bytes_behind;
  void* memory = tflite::GetMicroContext(context)->AllocatePersistentBuffer(bytes);
  if (memory != nullptr) std::memset(memory, 0, bytes);
  return static_cast<Data*>(memory);
}

// The init function of kernels whose data have one size.
template <typename Data>
void* InitKernelData(TfLiteContext* context, const char*, size_t) {
  return AllocateKernelData<Data>(context);
}

// The init function of kernels that allocate theirs in Prepare, where their size is known.
inline void* InitLater(TfLiteContext*, const char*, size_t) { return nullptr; }

}  // namespace reference
}  // namespace kernels
