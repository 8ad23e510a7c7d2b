// The small model of the tests as a file in memory, for programs in C.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// model_building::SmallModel() as a .tflite of `*bytes`, 16-byte aligned, for as long as the program runs.
const void* SmallModelFile(size_t* bytes);

#ifdef __cplusplus
}
#endif
