// What the firmware knows about its model beyond the .tflite itself; written by `python -m host.generate`.
#pragma once

#include <cstdint>

namespace app {

// Raised when a member below changes meaning; generated code checks it at compile time.
inline constexpr int kModelFactsVersion = 1;

// One operator of the model, in execution order. Text is ASCII, shapes like "1x640,128x640,128".
struct LayerFacts {
  const char* opcode;  // lower case, as in "fully_connected"
  const char* input_shapes;
  const char* output_shapes;
  const char* options;  // activation, stride …; "" when there is nothing to say
  uint32_t macs;        // multiply-accumulates of one inference
  uint32_t ops;         // operations of one inference, counted as host.summarize does
};

struct ModelFacts {
  const char* name;
  const char* sha256;   // of the .tflite file that was given to host.generate, 64 hex digits
  const uint8_t* data;  // that file, its weights in the chosen layout, 16-byte aligned
  uint32_t file_bytes;
  uint32_t arena_bytes;  // enough for AllocateTensors with any kernel choice, on this build's pointer size or
                         // a smaller one
  uint32_t layer_count;
  const LayerFacts* layers;  // [layer_count]
};

}  // namespace app
