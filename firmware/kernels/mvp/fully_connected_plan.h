// Planning of a fully connected layer: which program, and everything that it needs.
#pragma once

#include <cstdint>

#include "kernels/mvp/context.h"
#include "kernels/mvp/fully_connected.h"
#include "kernels/mvp/fully_connected_layer.h"
#include "kernels/mvp/layer_parts.h"
#include "kernels/weight_order.h"
#include "tensorflow/lite/c/common.h"

namespace kernels::mvp {

// Why a layer does not fit the accelerator; null `what` when it does.
struct Misfit {
  const char* what = nullptr;
  uint32_t value = 0;
  uint32_t limit = 0;  // the largest value that fits; values mean nothing when both are 0
};

// What Prepare reads of the operands. All pointers are gone when it returns.
struct Operands {
  TfLiteTensor* input = nullptr;
  TfLiteTensor* weights = nullptr;
  TfLiteTensor* bias = nullptr;  // null when left out
  TfLiteTensor* output = nullptr;
  WeightOrder weight_order = WeightOrder::kRows;
};

// A layer in the making.
struct LayerDraft {
  Layer& layer;
  const Context& shared;  // whose driver is ready
  FullyConnectedQuantization quantization{};
  Misfit misfit{};
};

// Chooses the plan of the draft's layer, and takes from `parts` what the plan needs. A layer that does not
// fit gets Plan::kReference and a misfit. kTfLiteError: the arena is full.
TfLiteStatus PlanLayer(TfLiteContext* context, TfLiteNode* node, Variant variant, const Operands& operands,
                       LayerParts& parts, LayerDraft& draft);

}  // namespace kernels::mvp
