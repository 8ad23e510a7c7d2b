// The section .mvp_images: launch images and tables that host.generate made for a model's layers, in flash.
//
// One block of little-endian 32-bit words, each offset counted in bytes from the block's first:
//
//   PreparedHeader
//   PreparedLayer[layer_count]   every layer that has a kernel in firmware/kernels/mvp, in execution order
//   PreparedPart[part_count]     of each layer, at its `parts`
//   the parts' contents          an image is kImageWords words, 0x064..0x174 of the register map; a table is
//                                `count` binary16 values, padded to a word
//
// Address words of images are 0: they come with each launch. `python -m host.mvp dis ELF` reads this
// section as well; a change of layout raises kPreparedVersion.
#pragma once

#include <cstdint>

#include "mvp/program_image.h"

namespace kernels::mvp {

inline constexpr uint32_t kPreparedMagic = 0x4950564D;  // "MVPI"
inline constexpr uint32_t kPreparedVersion = 1;

// What a part is for. Values are part of the format; new ones go to the end of their kind.
enum class PartRole : uint32_t {
  // Images.
  kWhole = 0,     // vendor's structure, all outputs of one or more batches
  kSplit = 1,     // vendor's structure, one output
  kClamp = 2,     // clamps pairs of outputs in place
  kPrescale = 3,  // input -> binary16
  kRows = 4,      // outputs from a prescaled input
  // Tables.
  kBias = 0x100,        // times 2^scale_exponent (fully_connected_programs.h), one per output
  kMultipliers = 0x101  // times 2^-scale_exponent, one per output
};

constexpr bool IsImage(PartRole role) { return static_cast<uint32_t>(role) < 0x100; }

struct PreparedHeader {
  uint32_t magic;
  uint32_t version;
  uint32_t bytes;    // of the whole block
  uint32_t variant;  // 0 baseline, 1 fast
  uint32_t layer_count;
  uint32_t layers;       // offset of PreparedLayer[layer_count]
  uint32_t model_bytes;  // size of the .tflite file that the parts were made from
  uint32_t model_hash;   // and its ModelHash
};

inline constexpr uint32_t kChained = 1u << 0;
inline constexpr uint32_t kOnCore = 1u << 1;

struct PreparedLayer {
  uint32_t node;   // operator index in the model
  uint32_t flags;  // kChained: the next layer in this table is the only reader of the output, and runs next
                   // kOnCore: the layer fits the accelerator, but its error is too large (--max-error)
  uint32_t part_count;  // 0: the layer runs on the core
  uint32_t parts;       // offset of PreparedPart[part_count]
};

struct PreparedPart {
  uint32_t role;    // PartRole
  uint32_t count;   // words of an image, values of a table
  uint32_t offset;  // of the contents
};

static_assert(sizeof(PreparedHeader) == 32 && sizeof(PreparedLayer) == 16 && sizeof(PreparedPart) == 12);
static_assert(sizeof(::mvp::ProgramImage) == 4 * ::mvp::kImageWords);

}  // namespace kernels::mvp
