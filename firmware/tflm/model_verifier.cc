// Checks a .tflite file from an untrusted source.
#include "model_verifier.h"

#include <cstdint>
#include <cstring>

#include "complaint.h"
#include "graph_checker.h"
#include "schema_checker.h"
#include "tensorflow/lite/schema/schema_generated.h"
#include "weight_layout.h"

namespace earshot {
namespace {

constexpr size_t kModelAlignment = 4;

bool Check(const uint8_t* data, size_t bytes, Complaint& complaint) {
  if (data == nullptr || bytes < 8 || std::memcmp(data + 4, "TFL3", 4) != 0) {
    return complaint.Add("not a .tflite model: the identifier TFL3 is missing").Refuse();
  }
  if (bytes > INT32_MAX) return complaint.Add("the model is larger than 2 GiB").Refuse();
  if (reinterpret_cast<uintptr_t>(data) % kModelAlignment != 0) {
    return complaint.Add("the model's place in memory is not aligned").Refuse();
  }
  if (!CheckSchema(data, bytes, complaint)) return false;
  const tflite::Model& model = *tflite::GetModel(data);
  if (model.version() != TFLITE_SCHEMA_VERSION) {
    return complaint.Add("schema version ").Add(model.version()).Add(" is not supported, only 3").Refuse();
  }
  return CheckGraph(model, complaint) && CheckWeightLayout(model, complaint);
}

}  // namespace

VerifierResult VerifyModel(const void* data, size_t bytes) {
  VerifierResult result = {false, {}};
  Complaint complaint(result.reason, sizeof(result.reason));
  result.ok = Check(static_cast<const uint8_t*>(data), bytes, complaint);
  return result;
}

}  // namespace earshot
