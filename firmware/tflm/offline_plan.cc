// Finds the plan that a model brings along.
#include "offline_plan.h"

#include <cstring>

namespace earshot {
namespace {

constexpr char kEntry[] = "OfflineMemoryAllocation";
constexpr size_t kWord = sizeof(int32_t);
constexpr size_t kHeaderWords = 3;
constexpr size_t kCountWord = 2;

bool IsEntry(const tflite::Metadata& metadata) {
  const flatbuffers::String* name = metadata.name();
  return name != nullptr && name->size() == sizeof(kEntry) - 1 &&
         std::memcmp(name->c_str(), kEntry, sizeof(kEntry) - 1) == 0;
}

int32_t WordAt(const uint8_t* words, size_t index) {
  return flatbuffers::ReadScalar<int32_t>(words + index * kWord);
}

}  // namespace

OfflinePlan::OfflinePlan(const tflite::Model& model, size_t tensor_count) {
  const tflite::Model::MetadataEntries* entries = model.metadata();
  const tflite::Metadata* entry = nullptr;
  for (uint32_t i = 0; entries != nullptr && i < entries->size() && entry == nullptr; ++i) {
    if (IsEntry(*entries->Get(i))) entry = entries->Get(i);
  }
  if (entry == nullptr) return;
  const flatbuffers::Vector<uint8_t>* data =
      entry->buffer() < model.buffers()->size() ? model.buffers()->Get(entry->buffer())->data() : nullptr;
  if (data == nullptr || data->size() != (kHeaderWords + tensor_count) * kWord) {
    complaint_ = "its size is not that of a plan for all tensors";
    return;
  }
  if (static_cast<size_t>(WordAt(data->Data(), kCountWord)) != tensor_count) {
    complaint_ = "it counts other tensors than the model";
    return;
  }
  offsets_ = data->Data() + kHeaderWords * kWord;
}

int32_t OfflinePlan::OffsetOf(size_t index) const { return WordAt(offsets_, index); }

}  // namespace earshot
