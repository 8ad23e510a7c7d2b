// Checks of an operator's options before anything is made of them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "arena.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

// Whether every field of `table` that is there lies inside the table; `field_bytes` [fields] are their sizes
// in the schema's order. The table itself lies inside the model (VerifyModel).
bool FieldsFit(const flatbuffers::Table& table, const uint8_t* field_bytes, size_t fields);

// The options of `op` as table Options, in *options; nullptr when the operator carries none or another table,
// which is for the caller to take as all defaults. Fails, saying so, when they are damaged.
template <typename Options>
bool FindOptions(const tflite::Operator& op, const Options** options) {
  *options = op.builtin_options_as<Options>(Options::kType);
  return *options == nullptr || FieldsFit(**options, Options::kFieldBytes, sizeof(Options::kFieldBytes));
}

// The interface's value of an option; fails, saying so, for one that no kernel here knows.
bool ConvertActivation(tflite::ActivationFunctionType activation, TfLiteFusedActivation* converted);
bool ConvertPadding(tflite::Padding padding, TfLitePadding* converted);

// The largest stride, dilation factor and window of a pooling: positions on the input then fit 32 bits.
inline constexpr int32_t kMostWindow = 32767;

// Whether `width` and `height` are from 1 to kMostWindow; `what` names them in the message, as "strides".
bool CheckWindow(const char* what, int32_t width, int32_t height);

// Parameters of type Params that stay in `arena`, all 0, also in *builtin_data; nullptr when the arena is
// full.
template <typename Params>
Params* AllocateParams(Arena& arena, void** builtin_data) {
  auto* params = arena.AllocatePersistentArray<Params>(1);
  *builtin_data = params;
  return params;
}

}  // namespace earshot
