// Tensors, nodes and the operator's context: the C structures of the TFLM interface.
// Member names are upstream's, so that kernels written against it compile unchanged; members that only the
// desktop runtime has are left out.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensorflow/lite/c/c_api_types.h"

// A length and its values. The layout is that of a FlatBuffers vector, so one may lie in the model itself.
struct TfLiteIntArray {
  int size;
  int data[];
};

struct TfLiteFloatArray {
  int size;
  float data[];
};

// Index of an optional operand that the model leaves out.
inline constexpr int kTfLiteOptionalTensor = -1;

enum TfLiteQuantizationType {
  kTfLiteNoQuantization = 0,
  kTfLiteAffineQuantization = 1,
};

// One scale per tensor, or one per index of dimension `quantized_dimension`; as many zero points.
struct TfLiteAffineQuantization {
  TfLiteFloatArray* scale;
  TfLiteIntArray* zero_point;
  int32_t quantized_dimension;
};

// `params` points to a TfLiteAffineQuantization when `type` says so.
struct TfLiteQuantization {
  TfLiteQuantizationType type;
  void* params;
};

union TfLitePtrUnion {
  int32_t* i32;
  uint32_t* u32;
  int64_t* i64;
  float* f;
  char* raw;
  const char* raw_const;
  uint8_t* uint8;
  bool* b;
  int16_t* i16;
  int8_t* int8;
  void* data;
};

enum TfLiteAllocationType {
  kTfLiteMemNone = 0,
  kTfLiteMmapRo,   // constant, in the model
  kTfLiteArenaRw,  // computed, in the arena
};

// Full description of a tensor, for Prepare and for the application.
struct TfLiteTensor {
  TfLiteQuantization quantization;
  TfLiteQuantizationParams params;
  TfLitePtrUnion data;
  TfLiteIntArray* dims;
  size_t bytes;
  TfLiteType type;
  TfLiteAllocationType allocation_type;
  bool is_variable;
};

// What Invoke needs of a tensor; one stays in the arena for each tensor of the model.
struct TfLiteEvalTensor {
  TfLitePtrUnion data;
  TfLiteIntArray* dims;
  TfLiteType type;
};

// One operator of the model. Entries of `inputs` and `outputs` are tensor indices.
struct TfLiteNode {
  TfLiteIntArray* inputs;
  TfLiteIntArray* outputs;
  TfLiteIntArray* intermediates;
  void* user_data;     // what the kernel's init returned
  void* builtin_data;  // a TfLite…Params of builtin_op_data.h
  const void* custom_initial_data;
  int custom_initial_data_size;
};

// What a kernel may ask the interpreter for. `impl_` is a tflite::MicroContext (GetMicroContext).
struct TfLiteContext {
  void* impl_;

  void (*ReportError)(TfLiteContext* context, const char* format, ...);

  // Full description of tensor `tensor_idx`, valid until Prepare returns; nullptr when the arena is full.
  TfLiteTensor* (*GetTensor)(const TfLiteContext* context, int tensor_idx);
  TfLiteEvalTensor* (*GetEvalTensor)(const TfLiteContext* context, int tensor_idx);

  // Memory that stays as long as the interpreter; nullptr when the arena is full. For init and prepare only.
  void* (*AllocatePersistentBuffer)(TfLiteContext* context, size_t bytes);

  // Memory that exists while this node is invoked; for prepare only. GetScratchBuffer is for invoke only.
  TfLiteStatus (*RequestScratchBufferInArena)(TfLiteContext* context, size_t bytes, int* buffer_idx);
  void* (*GetScratchBuffer)(TfLiteContext* context, int buffer_idx);
};

// Number of elements is the product of `dims`; 1 for a scalar.
const char* TfLiteTypeGetName(TfLiteType type);

// Checks of a kernel's Prepare and Invoke: report where and what, and give up with kTfLiteError.
#define TF_LITE_KERNEL_LOG(context, ...)            \
  do {                                              \
    (context)->ReportError((context), __VA_ARGS__); \
  } while (false)

#define TF_LITE_ENSURE_MSG(context, value, msg) \
  do {                                          \
    if (!(value)) {                             \
      TF_LITE_KERNEL_LOG((context), (msg));     \
      return kTfLiteError;                      \
    }                                           \
  } while (false)

#define TF_LITE_ENSURE(context, a)                                                          \
  do {                                                                                      \
    if (!(a)) {                                                                             \
      TF_LITE_KERNEL_LOG((context), "%s:%d %s was not true.", __FILE_NAME__, __LINE__, #a); \
      return kTfLiteError;                                                                  \
    }                                                                                       \
  } while (false)

#define TF_LITE_ENSURE_EQ(context, a, b)                                                          \
  do {                                                                                            \
    if ((a) != (b)) {                                                                             \
      TF_LITE_KERNEL_LOG((context), "%s:%d %s != %s (%d != %d)", __FILE_NAME__, __LINE__, #a, #b, \
                         static_cast<int>(a), static_cast<int>(b));                               \
      return kTfLiteError;                                                                        \
    }                                                                                             \
  } while (false)

#define TF_LITE_ENSURE_TYPES_EQ(context, a, b)                                                    \
  do {                                                                                            \
    if ((a) != (b)) {                                                                             \
      TF_LITE_KERNEL_LOG((context), "%s:%d %s != %s (%s != %s)", __FILE_NAME__, __LINE__, #a, #b, \
                         TfLiteTypeGetName(a), TfLiteTypeGetName(b));                             \
      return kTfLiteError;                                                                        \
    }                                                                                             \
  } while (false)

#define TF_LITE_ENSURE_STATUS(a)             \
  do {                                       \
    const TfLiteStatus ensured_status = (a); \
    if (ensured_status != kTfLiteOk) {       \
      return ensured_status;                 \
    }                                        \
  } while (false)

#define TF_LITE_ENSURE_OK(context, status) TF_LITE_ENSURE_STATUS(status)
