// Checks a .tflite file from an untrusted source, so that the interpreter may read it in place.
#pragma once

#include <cstddef>

namespace earshot {

// Why a model is refused: one line without a full stop; "" when it is accepted.
struct VerifierResult {
  bool ok;
  char reason[120];
};

// Checks every offset, vector length, vtable, type, index, shape and quantization of the model at `data`
// (`bytes` long, 16-byte aligned). An accepted model has one subgraph, only known operators in an order in
// which every operand exists before its use, static shapes of up to 6 dimensions, data inside the file, and
// no variables. Whether kernels for its operators exist, and take its shapes, AllocateTensors finds out.
[[nodiscard]] VerifierResult VerifyModel(const void* data, size_t bytes);

}  // namespace earshot
