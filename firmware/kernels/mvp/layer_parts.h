// The images and tables of a layer while it is prepared: from flash where they were made at build time, else
// built into the arena.
#pragma once

#include <cstdint>

#include "kernels/mvp/context.h"
#include "kernels/mvp/fully_connected.h"
#include "kernels/mvp/fully_connected_layer.h"
#include "kernels/mvp/prepared_layer.h"
#include "mvp/program_image.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::mvp {

// Parts are asked for in the same order as when the block was made. Each is compared with what this firmware
// builds, so that a block of another kernel version is noticed: the layer then runs from the arena, and says
// so once.
class LayerParts {
 public:
  // Takes the next layer of `shared`. `output_tensor` is the node's only output, by its index in the model:
  // no other node writes it, so it tells whether the prepared layer is this node's, which is else reported.
  LayerParts(tflite::MicroContext* micro, Context& shared, Variant variant, int output_tensor);

  // The block leaves this layer to the core, which is more exact.
  bool LeftToCore() const { return layer_ != nullptr && (layer_->flags & kOnCore) != 0; }

  // An image equal to `built` that stays; nullptr: the arena is full.
  const ::mvp::ProgramImage* Image(PartRole role, const ::mvp::ProgramImage& built);

  // A table of value(0) … value(count - 1) that stays; nullptr: the arena is full.
  template <typename Value>
  const uint16_t* Table(PartRole role, uint32_t count, Value value) {
    const auto* prepared = static_cast<const uint16_t*>(Next(role, count));
    uint32_t equal = 0;
    while (prepared != nullptr && equal < count && prepared[equal] == value(equal)) ++equal;
    if (prepared != nullptr && equal == count) return Record(role, prepared, count);
    if (prepared != nullptr) Mismatch();
    auto* table = static_cast<uint16_t*>(micro_->AllocatePersistentBuffer(count * sizeof(uint16_t)));
    if (table == nullptr) return nullptr;
    for (uint32_t i = 0; i < count; ++i) table[i] = value(i);
    return Record(role, table, count);
  }

  // How `layer`, which was allocated before its parts, remembers one of them.
  PartOffset OffsetOf(const Layer& layer, const void* part) const;

  // After the last part: the block says that this layer may return while it runs, and all its parts fit.
  bool MayBeLeftRunning() const;

 private:
  // The contents of the layer's next part; nullptr where there is none of this kind.
  const void* Next(PartRole role, uint32_t count);
  void Mismatch();
  bool BelongsTo(int output_tensor) const;
  template <typename T>
  const T* Record(PartRole role, const T* contents, uint32_t count) {
    if (shared_.recorder != nullptr) shared_.recorder->Add(index_, role, contents, count);
    return contents;
  }

  tflite::MicroContext* micro_;
  Context& shared_;
  uint32_t index_;
  const PreparedLayer* layer_ = nullptr;
  uint32_t next_part_ = 0;
};

}  // namespace kernels::mvp
