// A model's input as a window of int8 frames that slides over a clip: one new frame per inference.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "app/application.h"
#include "app/squared_difference.h"
#include "link/services.h"
#include "port/clock.h"
#include "tensorflow/lite/schema/schema_generated.h"

namespace app {

// In which scale int8 values stand for those of the model's first input: its own, or that of the operator
// that quantizes it. Scale 0 where there is none.
Quantization InputQuantization(const tflite::Model& model, const TfLiteTensor& input);

class SlidingWindow {
 public:
  static constexpr size_t kMaxValues = 1024;

  // Both must outlive it.
  SlidingWindow(Application& application, const port::Clock& clock)
      : application_(application), clock_(clock) {}

  // Takes the model, whose Init has succeeded. A model with a larger input than kMaxValues, or whose input
  // has no int8 form, has no window.
  void Open(const tflite::Model& model);

  // values 0: there is no window.
  serial_link::WindowFacts facts() const { return {values_, quantization_.scale, quantization_.zero_point}; }

  // Takes the next frame of `count` values and runs the model once the window is full (docs/link.md,
  // PUSH_FRAME). The same key as last time gets the same result, and nothing is done.
  serial_link::PushResult Push(const serial_link::FrameKey& key, const int8_t* frame, size_t count);

 private:
  bool Follows(const serial_link::FrameKey& key, size_t count) const;
  serial_link::PushResult Score();
  float Compare(const TfLiteTensor& input, const TfLiteTensor& output) const;
  void FillInput(TfLiteTensor& input) const;
  void Fill(TfLiteTensor& input, size_t at, const int8_t* values, size_t count) const;
  void Tabulate();

  Application& application_;
  const port::Clock& clock_;
  Quantization quantization_{};
  uint32_t values_ = 0;
  std::array<float, 256> dequantized_{};     // by the value's byte, unsigned
  std::array<int8_t, kMaxValues> window_{};  // [values_], a ring of frames
  size_t next_ = 0;                          // where the next frame goes: the oldest is there
  size_t frame_values_ = 0;                  // of the present clip's frames
  serial_link::FrameKey last_{};
  serial_link::PushResult last_result_{};
  bool begun_ = false;  // last_ and last_result_ mean something
};

}  // namespace app
