// The check of a model's file, compiled with this project's views of the schema.
#include "outside/enclosed_checks.h"

#include <cstring>

#include "model_verifier.h"
#include "weight_layout.h"

namespace outside_tflm {

bool VerifyModelFile(const void* data, size_t bytes, char* reason, size_t reason_bytes) {
  const earshot::VerifierResult verified = earshot::VerifyModel(data, bytes);
  std::strncpy(reason, verified.reason, reason_bytes);
  reason[reason_bytes - 1] = '\0';
  return verified.ok;
}

kernels::WeightOrders ReadWeightLayoutOf(const void* model) {
  return earshot::ReadWeightLayout(*static_cast<const tflite::Model*>(model));
}

}  // namespace outside_tflm
