// What the fully connected kernel decides in Prepare and keeps for Invoke.
#pragma once

#include <cstdint>

#include "kernels/mvp/context.h"
#include "kernels/mvp/fast_programs.h"
#include "kernels/mvp/fully_connected.h"
#include "kernels/mvp/fully_connected_programs.h"
#include "kernels/mvp/layer_parts.h"
#include "kernels/weight_order.h"
#include "mvp/driver.h"
#include "tensorflow/lite/c/common.h"

namespace kernels::mvp {

enum class Plan {
  kReference,  // the layer does not fit the accelerator, or there is none
  kWhole,      // one baseline program for all batches and outputs, or one per batch
  kSplit,      // one baseline program per output
  kFast,       // prescale and fast program per batch
};

// Why a layer does not fit the accelerator; null `what` when it does.
struct Misfit {
  const char* what = nullptr;
  uint32_t value = 0;
  uint32_t limit = 0;  // the largest value that fits; values mean nothing when both are 0
};

// Bus addresses of what the memory plan places.
struct Addresses {
  uint32_t input = 0;  // 0: not looked for yet, or out of the accelerator's reach
  uint32_t output = 0;
  uint32_t scratch = 0;  // plan kFast
};

// Lives in the arena for as long as the interpreter does; becomes the node's user_data.
struct Layer {
  void* core_data = nullptr;  // of the kernel on the core: fast::FullyConnectedData if fast_on_core
  Plan plan = Plan::kReference;
  Misfit misfit;
  Context* shared = nullptr;  // null: the core runs the layer
  ::mvp::Driver* driver = nullptr;
  FullyConnectedShape shape{};
  FullyConnectedQuantization quantization{};
  uint32_t weights = 0;             // bus address, of a copy in RAM where there is one
  uint32_t bias_address = 0;        // bus address
  uint32_t multipliers = 0;         // bus address, per channel only
  const uint16_t* bias = nullptr;   // binary16 [outputs]
  uint32_t batches_per_launch = 1;  // plan kWhole
  bool clamps = false;              // by a program or loop of its own
  bool fast_on_core = false;
  bool may_be_left_running = false;  // the next layer, or the application, finishes it
  FastGeometry fast{};               // plan kFast
  int scratch = -1;                  // the prescaled input, plan kFast
  uint32_t timeout = ::mvp::Driver::kDefaultTimeoutCycles;
  uint32_t prescale_launches = 1;  // plan kFast
  uint32_t scratch_offset = 0;     // of the rows' input, plan kFast
  Addresses at;                    // from LocateOperands or the first Invoke on
  PlacedNode placed;
  // Their images lie in flash or in the arena; all addresses come with the launch.
  ::mvp::Program main;
  ::mvp::Program side;  // clamp or prescale
};

// What Prepare reads of the operands. All pointers are gone when it returns.
struct Operands {
  TfLiteTensor* input = nullptr;
  TfLiteTensor* weights = nullptr;
  TfLiteTensor* bias = nullptr;  // null when left out
  TfLiteTensor* output = nullptr;
  WeightOrder weight_order = WeightOrder::kRows;
};

// Chooses the plan of a layer whose driver is set, and takes from `parts` what the plan needs. A layer that
// does not fit gets Plan::kReference and a misfit. kTfLiteError: the arena is full.
TfLiteStatus PlanLayer(TfLiteContext* context, TfLiteNode* node, Variant variant, const Operands& operands,
                       LayerParts& parts, Layer& layer);

}  // namespace kernels::mvp
