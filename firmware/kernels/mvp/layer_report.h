// Says which layer is left to the CPU, and why.
#pragma once

#include "kernels/mvp/fully_connected_plan.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace kernels::mvp {

// Index of the operator whose output is a tensor; -1 where there is none, or `model` is null.
int OperatorOf(const tflite::Model* model, int output_tensor);

// One line through MicroPrintf. A layer is named by the operator's index if `model` (verified, or null) tells
// it, as kernels do not learn it, by the shape of its weights and by its output tensor.
void ReportMisfit(const Misfit& misfit, const tflite::Model* model, const TfLiteTensor* weights,
                  int output_tensor);

}  // namespace kernels::mvp
