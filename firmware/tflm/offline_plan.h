// The plan of the tensors' memory that a model brings along, made at build time by a longer search.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

// The metadata entry "OfflineMemoryAllocation" as TFLM's documents describe it (memory_management.md,
// "Offline planned tensor allocations"): int32 values, first the version, the subgraph and the number of
// tensors, then an offset from the start of the tensors' memory for each tensor, or -1 where it is planned at
// run time. Version and subgraph are not read, as in TFLM: compilers write different values for the same
// layout.
class OfflinePlan {
 public:
  // Reads the entry of `model`, whose subgraph has `tensor_count` tensors. What it says of them is not
  // checked here.
  OfflinePlan(const tflite::Model& model, size_t tensor_count);

  bool is_there() const { return offsets_ != nullptr; }

  // Why an entry that the model has is not there: one line without a full stop, or nullptr.
  const char* complaint() const { return complaint_; }

  // Of tensor `index`, for a plan that is there.
  int32_t OffsetOf(size_t index) const;

 private:
  const uint8_t* offsets_ = nullptr;
  const char* complaint_ = nullptr;
};

}  // namespace earshot
