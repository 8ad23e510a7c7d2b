// What the fully connected kernel decides in Prepare and keeps for Invoke.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/mvp/fast_geometry.h"
#include "kernels/mvp/fully_connected_programs.h"
#include "mvp/program_image.h"

namespace kernels::mvp {

enum class Plan : uint8_t {
  kReference,  // the layer does not fit the accelerator, or there is none
  kWhole,      // one baseline program for all batches and outputs, or one per batch
  kSplit,      // one baseline program per output
  kFast,       // prescale and fast program per batch
};

// Where an image or table lies: an even number of bytes from the layer, as both are in the arena, or kInBlock
// and an even number of bytes from the start of the block of prepared layers (prepared_layer.h). 0: nowhere.
using PartOffset = int32_t;
inline constexpr PartOffset kInBlock = 1;

// A launch image, and how much of it a launch writes (::mvp::Program).
struct ImagePart {
  PartOffset offset = 0;
  uint8_t leading_words = 0;
  uint8_t instruction_words = 0;
};

// The node's user_data. Without pointers, so that its bytes are the same on the computer that prepares an
// image and on the chip, where they lie in flash; Invoke only reads them.
struct Layer {
  FullyConnectedShape shape{};
  FastGeometry fast{};              // plan kFast
  uint32_t batches_per_launch = 1;  // plan kWhole
  uint32_t prescale_launches = 1;   // plan kFast
  uint32_t timeout = 0;             // core cycles
  int32_t weights_copy = -1;        // byte offset in Context::weights_ram; -1: read where the model lies
  int32_t core_data = 0;            // bytes from here to the user_data of the core's kernel
  PartOffset bias = 0;              // binary16 [outputs]
  PartOffset multipliers = 0;       // binary16 [outputs], per channel only
  ImagePart main{};
  ImagePart side{};            // clamp or prescale
  int16_t scratch = -1;        // index of the prescaled input, plan kFast
  int16_t scratch_offset = 0;  // of the rows' input in it
  int8_t activation_min = -128;
  int8_t activation_max = 127;
  Plan plan = Plan::kReference;
  bool clamps = false;               // by a program or loop of its own
  bool may_be_left_running = false;  // the next layer, or the application, finishes it
};

static_assert(std::is_trivially_copyable_v<Layer> && alignof(Layer) == 4);

// Where a layer's data and images lie; addresses are those of the accelerator's bus. Where the model's tables
// are in flash, `node->custom_initial_data` leads to one that the linker has filled; else each Invoke looks
// for them, which takes 300 cycles.
struct Addresses {
  uint32_t input = 0;
  uint32_t output = 0;
  uint32_t scratch = 0;  // plan kFast
  uint32_t weights = 0;
  uint32_t bias = 0;
  uint32_t multipliers = 0;  // per channel only
  const ::mvp::ProgramImage* main = nullptr;
  const ::mvp::ProgramImage* side = nullptr;
};

}  // namespace kernels::mvp
