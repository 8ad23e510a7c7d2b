// The runtime from plain C (C99): a model in the caller's memory, run on its inputs.
//
//   static const EarshotOperator operators[] = {EarshotQuantize, EarshotFullyConnected, EarshotDequantize};
//   EarshotInterpreter* interpreter = EarshotCreate(model, model_bytes, operators, 3, arena, sizeof(arena));
//   if (interpreter == NULL) puts(EarshotLastMessage());
//
// Link earshot_c, earshot_kernels_reference and earshot_tflm, in this order, with a C++ linker. An image has
// the operators that it names, and no others.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EARSHOT_MUST_USE __attribute__((warn_unused_result))

// A model that is ready to run. It lies in the caller's arena.
typedef struct EarshotInterpreter EarshotInterpreter;

typedef enum EarshotStatus {
  kEarshotOk = 0,
  kEarshotError = 1,
} EarshotStatus;

// Element types, numbered as in TFLM.
typedef enum EarshotType {
  kEarshotNoType = 0,
  kEarshotFloat32 = 1,
  kEarshotInt32 = 2,
  kEarshotInt8 = 9,
} EarshotType;

// An input or output. real = scale * (quantized - zero_point); scale 0: not quantized.
typedef struct EarshotTensor {
  void* data;  // [bytes], 16-byte aligned; NULL where there is no such tensor
  size_t bytes;
  EarshotType type;
  int dimensions;
  const int* shape;  // [dimensions]
  float scale;
  int32_t zero_point;
} EarshotTensor;

// Names an operator to EarshotCreate: one of the functions at the end, not to be called by others.
typedef struct EarshotRegistration EarshotRegistration;
typedef void (*EarshotOperator)(EarshotRegistration* registration);

// Checks the .tflite file at `model` and prepares it with the `operator_count` operators in `operators`, of
// which none may occur twice. `model` lies at a multiple of 16 bytes; it and the arena must outlive the
// result, the list need not. NULL, with a message, when the file is damaged or the model cannot run with
// these operators in this arena. The inputs are zeros then.
EARSHOT_MUST_USE EarshotInterpreter* EarshotCreate(const void* model, size_t model_bytes,
                                                   const EarshotOperator* operators, size_t operator_count,
                                                   void* arena, size_t arena_bytes);

// Ends the use of the arena; NULL is allowed.
void EarshotDestroy(EarshotInterpreter* interpreter);

size_t EarshotInputCount(const EarshotInterpreter* interpreter);
size_t EarshotOutputCount(const EarshotInterpreter* interpreter);

// Valid until EarshotDestroy. Past the end `data` is NULL and the rest 0.
EarshotTensor EarshotInput(EarshotInterpreter* interpreter, size_t index);
EarshotTensor EarshotOutput(EarshotInterpreter* interpreter, size_t index);

// Runs the model on the present inputs, which stay as they are.
EARSHOT_MUST_USE EarshotStatus EarshotInvoke(EarshotInterpreter* interpreter);

// Bytes of the smallest arena, 16-byte aligned, in which EarshotCreate succeeds with the same model and list.
size_t EarshotArenaUsedBytes(const EarshotInterpreter* interpreter);

// The last line that the runtime had to say, without its end; "" before the first. What several interpreters
// say goes to one place. For programs without a DebugLog of their own (tensorflow/lite/micro/debug_log.h):
// using it links one, which keeps the line and prints nothing.
const char* EarshotLastMessage(void);

void EarshotAdd(EarshotRegistration* registration);
void EarshotAveragePool2D(EarshotRegistration* registration);
void EarshotConcatenation(EarshotRegistration* registration);
void EarshotConv2D(EarshotRegistration* registration);
void EarshotDepthwiseConv2D(EarshotRegistration* registration);
void EarshotDequantize(EarshotRegistration* registration);
void EarshotFullyConnected(EarshotRegistration* registration);
void EarshotLogistic(EarshotRegistration* registration);
void EarshotMaxPool2D(EarshotRegistration* registration);
void EarshotMean(EarshotRegistration* registration);
void EarshotMul(EarshotRegistration* registration);
void EarshotPack(EarshotRegistration* registration);
void EarshotPad(EarshotRegistration* registration);
void EarshotQuantize(EarshotRegistration* registration);
void EarshotRelu(EarshotRegistration* registration);
void EarshotRelu6(EarshotRegistration* registration);
void EarshotReshape(EarshotRegistration* registration);
void EarshotShape(EarshotRegistration* registration);
void EarshotSoftmax(EarshotRegistration* registration);
void EarshotStridedSlice(EarshotRegistration* registration);
void EarshotSub(EarshotRegistration* registration);

#ifdef __cplusplus
}
#endif
