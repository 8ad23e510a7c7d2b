// Looks for a layer's parts in flash.
#include "kernels/mvp/layer_parts.h"

#include <new>

#include "kernels/mvp/prepared_model.h"
#include "tensorflow/lite/micro/micro_log.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace kernels::mvp {

using ::mvp::ProgramImage;

LayerParts::LayerParts(tflite::MicroContext* micro, Context& shared, Variant variant, int output_tensor)
    : micro_(micro), shared_(shared), index_(shared.layers_prepared++) {
  if (shared.prepared == nullptr) return;
  layer_ = LayerOf(shared.prepared, index_);
  if (layer_ == nullptr || shared.prepared->variant != static_cast<uint32_t>(variant)) {
    Mismatch();
  } else if (!BelongsTo(output_tensor)) {
    MicroPrintf(
        "accelerated layer %u computes tensor %d, but was prepared as operator %u: prepared again in RAM",
        static_cast<unsigned>(index_), output_tensor, static_cast<unsigned>(layer_->node));
    layer_ = nullptr;
  }
}

bool LayerParts::BelongsTo(int output_tensor) const {
  if (shared_.model == nullptr) return false;
  const auto& operators = *shared_.model->subgraphs()->Get(0)->operators();
  if (layer_->node >= operators.size()) return false;
  const flatbuffers::Vector<int32_t>* outputs = operators.Get(layer_->node)->outputs();
  return outputs != nullptr && outputs->size() == 1 && outputs->Get(0) == output_tensor;
}

const ProgramImage* LayerParts::Image(PartRole role, const ProgramImage& built) {
  const auto* prepared = static_cast<const ProgramImage*>(Next(role, ::mvp::kImageWords));
  if (prepared != nullptr && prepared->words == built.words) {
    Record(role, prepared->words.data(), ::mvp::kImageWords);
    return prepared;
  }
  if (prepared != nullptr) Mismatch();
  void* memory = micro_->AllocatePersistentBuffer(sizeof(ProgramImage));
  if (memory == nullptr) return nullptr;
  const auto* image = new (memory) ProgramImage(built);
  Record(role, image->words.data(), ::mvp::kImageWords);
  return image;
}

PartOffset LayerParts::OffsetOf(const Layer& layer, const void* part) const {
  const auto address = reinterpret_cast<uintptr_t>(part);
  const auto block = reinterpret_cast<uintptr_t>(shared_.prepared);
  const bool in_block = block != 0 && address > block && address - block < shared_.prepared->bytes;
  if (in_block) return static_cast<PartOffset>(address - block) | kInBlock;
  return static_cast<PartOffset>(static_cast<intptr_t>(address - reinterpret_cast<uintptr_t>(&layer)));
}

bool LayerParts::MayBeLeftRunning() const {
  return layer_ != nullptr && (layer_->flags & kChained) != 0 && layer_->part_count > 0 &&
         next_part_ == layer_->part_count;
}

const void* LayerParts::Next(PartRole role, uint32_t count) {
  if (layer_ == nullptr) return nullptr;
  if (next_part_ < layer_->part_count) {
    const PreparedPart& part = PartsOf(shared_.prepared, *layer_)[next_part_++];
    if (part.role == static_cast<uint32_t>(role) && part.count == count) {
      return ContentsOf(shared_.prepared, part);
    }
  }
  Mismatch();
  return nullptr;
}

void LayerParts::Mismatch() {
  layer_ = nullptr;
  MicroPrintf("accelerated layer %u was prepared for another firmware: prepared again in RAM",
              static_cast<unsigned>(index_));
}

}  // namespace kernels::mvp
