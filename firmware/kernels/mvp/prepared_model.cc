// Bounds, identity and access of the block of prepared layers.
#include "kernels/mvp/prepared_model.h"

#include <cstring>

namespace kernels::mvp {
namespace {

constexpr uint32_t kFnvBasis = 2166136261u;
constexpr uint32_t kFnvPrime = 16777619u;

const uint8_t* At(const PreparedHeader* prepared, uint32_t offset) {
  return static_cast<const uint8_t*>(static_cast<const void*>(prepared)) + offset;
}

// Whether `count` items of `size` bytes from `offset` lie in a block of `bytes` after its header.
bool Inside(uint32_t bytes, uint32_t offset, uint32_t count, uint32_t size) {
  return offset % 4 == 0 && offset >= sizeof(PreparedHeader) && offset <= bytes &&
         count <= (bytes - offset) / size;
}

bool LayersAreInside(const PreparedHeader* prepared) {
  const uint32_t bytes = prepared->bytes;
  if (!Inside(bytes, prepared->layers, prepared->layer_count, sizeof(PreparedLayer))) return false;
  for (uint32_t i = 0; i < prepared->layer_count; ++i) {
    const PreparedLayer& layer = *LayerOf(prepared, i);
    if (!Inside(bytes, layer.parts, layer.part_count, sizeof(PreparedPart))) return false;
    for (uint32_t k = 0; k < layer.part_count; ++k) {
      const PreparedPart& part = PartsOf(prepared, layer)[k];
      const bool image = IsImage(static_cast<PartRole>(part.role));
      if (!Inside(bytes, part.offset, part.count, image ? 4 : 2)) return false;
      if (image && part.count != ::mvp::kImageWords) return false;
    }
  }
  return true;
}

}  // namespace

uint32_t ModelHash(const uint8_t* model, size_t bytes) {
  uint32_t hash = kFnvBasis;
  for (size_t i = 0; i < bytes; i += 4) {
    uint32_t word = 0;
    std::memcpy(&word, model + i, bytes - i < 4 ? bytes - i : 4);
    hash = (hash ^ word) * kFnvPrime;
  }
  return hash;
}

const PreparedHeader* CheckPrepared(const void* data, size_t bytes, const uint8_t* model, size_t model_bytes,
                                    const char** reason) {
  const auto* prepared = static_cast<const PreparedHeader*>(data);
  if (bytes < sizeof(PreparedHeader) || prepared->magic != kPreparedMagic || prepared->bytes > bytes) {
    *reason = "the prepared layers are damaged or cut off";
  } else if (prepared->version != kPreparedVersion) {
    *reason = "the prepared layers are of another version";
  } else if (prepared->model_bytes != model_bytes || prepared->model_hash != ModelHash(model, model_bytes)) {
    *reason = "the prepared layers belong to another model";
  } else if (!LayersAreInside(prepared)) {
    *reason = "the prepared layers are damaged or cut off";
  } else {
    return prepared;
  }
  return nullptr;
}

const PreparedLayer* LayerOf(const PreparedHeader* prepared, uint32_t index) {
  if (index >= prepared->layer_count) return nullptr;
  const void* layers = At(prepared, prepared->layers);
  return static_cast<const PreparedLayer*>(layers) + index;
}

const PreparedPart* PartsOf(const PreparedHeader* prepared, const PreparedLayer& layer) {
  const void* parts = At(prepared, layer.parts);
  return static_cast<const PreparedPart*>(parts);
}

const void* ContentsOf(const PreparedHeader* prepared, const PreparedPart& part) {
  return At(prepared, part.offset);
}

}  // namespace kernels::mvp
