// The check of a model's file behind types that do not depend on whose TFLM is linked.
#pragma once

#include <cstddef>

#include "kernels/weight_order.h"

namespace outside_tflm {

// As earshot::VerifyModel; `reason` [reason_bytes] receives the line.
[[nodiscard]] bool VerifyModelFile(const void* data, size_t bytes, char* reason, size_t reason_bytes);

// As earshot::ReadWeightLayout of the Model table at `model`, of a file that has passed VerifyModelFile.
kernels::WeightOrders ReadWeightLayoutOf(const void* model);

}  // namespace outside_tflm
