// The check of a model's file for an application that is compiled with the headers of an installed TFLM.
#include "model_verifier.h"
#include "tflm/outside/enclosed_checks.h"
#include "weight_layout.h"

namespace earshot {

VerifierResult VerifyModel(const void* data, size_t bytes) {
  VerifierResult result = {};
  result.ok = outside_tflm::VerifyModelFile(data, bytes, result.reason, sizeof(result.reason));
  return result;
}

// The views differ, the model is the same: a table's address is that of its bytes.
kernels::WeightOrders ReadWeightLayout(const tflite::Model& model) {
  return outside_tflm::ReadWeightLayoutOf(&model);
}

}  // namespace earshot
