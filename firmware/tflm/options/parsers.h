// What reads the options of each operator; MicroMutableOpResolver adds it with the kernel, so that an image
// has those of its own operators only.
#pragma once

#include "arena.h"
#include "tensorflow/lite/c/common.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace earshot {

// All: check the options of `op`, set *builtin_data to the operator's TfLite…Params (builtin_op_data.h) in
// `arena`. Fail, saying why through MicroPrintf, when an option is damaged or has a value that no kernel here
// knows; silently when the arena is full. An operator without options has the schema's defaults.

// window_options.cc
TfLiteStatus ParseConv2D(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParseDepthwiseConv2D(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParsePool(const tflite::Operator& op, Arena& arena, void** builtin_data);  // both poolings

// arithmetic_options.cc
TfLiteStatus ParseAdd(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParseFullyConnected(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParseMul(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParseReducer(const tflite::Operator& op, Arena& arena, void** builtin_data);  // MEAN
TfLiteStatus ParseSoftmax(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParseSub(const tflite::Operator& op, Arena& arena, void** builtin_data);

// shape_options.cc
TfLiteStatus ParseConcatenation(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParsePack(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParseReshape(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParseShape(const tflite::Operator& op, Arena& arena, void** builtin_data);
TfLiteStatus ParseStridedSlice(const tflite::Operator& op, Arena& arena, void** builtin_data);

}  // namespace earshot
