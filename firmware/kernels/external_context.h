// How kernels tell this project's external context from one that an application has set for its own kernels.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/weight_order.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels {

// First member of what this project hands to MicroInterpreter::SetMicroExternalContext.
struct ExternalContext {
  static constexpr uint64_t kTag = 0xE7A1'5C3D'92F0'4B86;  // holds no address, text or small number

  uint64_t tag = kTag;
  WeightOrders weight_orders{};  // of the model's weights
};

// The external context if it is this project's; nullptr when there is none, or another's. Of another's
// nothing but its first eight bytes is read, and these only where it is aligned as ours is.
inline ExternalContext* FindExternalContext(tflite::MicroContext* micro) {
  void* payload = micro->external_context();
  if (payload == nullptr || reinterpret_cast<uintptr_t>(payload) % alignof(ExternalContext) != 0) {
    return nullptr;
  }
  uint64_t tag = 0;
  std::memcpy(&tag, payload, sizeof(tag));
  return tag == ExternalContext::kTag ? static_cast<ExternalContext*>(payload) : nullptr;
}

// The order of a weight tensor, by its index in the model.
inline WeightOrder WeightOrderOf(tflite::MicroContext* micro, int tensor) {
  const ExternalContext* context = FindExternalContext(micro);
  return context == nullptr ? WeightOrder::kRows : context->weight_orders.Of(tensor);
}

}  // namespace kernels
