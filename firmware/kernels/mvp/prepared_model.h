// Reading the block of prepared layers (prepared_layer.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/mvp/prepared_layer.h"

namespace kernels::mvp {

// FNV-1a over the little-endian words of a model file, the last one padded with zeros. `model` is aligned to
// 4 bytes.
uint32_t ModelHash(const uint8_t* model, size_t bytes);

// The block at `data` (aligned to 4 bytes) if it is one, lies within `bytes`, and belongs to the model; else
// nullptr and a reason without a line end. Reads the whole model.
const PreparedHeader* CheckPrepared(const void* data, size_t bytes, const uint8_t* model, size_t model_bytes,
                                    const char** reason);

// Of a block that CheckPrepared has accepted. nullptr past the last layer.
const PreparedLayer* LayerOf(const PreparedHeader* prepared, uint32_t index);
const PreparedPart* PartsOf(const PreparedHeader* prepared, const PreparedLayer& layer);
const void* ContentsOf(const PreparedHeader* prepared, const PreparedPart& part);

}  // namespace kernels::mvp
