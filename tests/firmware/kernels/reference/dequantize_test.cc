// DEQUANTIZE: every int8 value.
#include <gtest/gtest.h>

#include "single_operator.h"

namespace single_operator {
namespace {

TEST(Dequantize, IsScaleTimesDistanceFromTheZeroPoint) {
  for (const float scale : {0.39159f, 1.0f, 3e-39f, 1e30f}) {
    for (const int zero_point : {-128, -3, 0, 127}) {
      std::vector<int8_t> values(256);
      for (int i = 0; i < 256; ++i) values[static_cast<size_t>(i)] = static_cast<int8_t>(i - 128);
      LoadedModel model(
          Operator(tflite::BuiltinOperator_DEQUANTIZE, {Quantized({256}, scale, zero_point)}, Float({256})));
      ASSERT_TRUE(model.ok());
      model.SetInput(values);
      const auto output = model.Run<float>();
      for (int i = 0; i < 256; ++i) {
        EXPECT_EQ(output[static_cast<size_t>(i)],
                  static_cast<float>(static_cast<double>(scale) * (i - 128 - zero_point)));
      }
    }
  }
}

TEST(Dequantize, RefusesWhatItCannotDo) {
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_DEQUANTIZE, {Float({4})}, Float({4}))),
            "the input is FLOAT32, only INT8 is supported");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_DEQUANTIZE, {Quantized({4}, 1, 0)}, Int32({4}))),
            "the output is INT32, only FLOAT32 is supported");
  EXPECT_EQ(Refusal(Operator(tflite::BuiltinOperator_DEQUANTIZE, {Quantized({4}, 0, 0)}, Float({4}))),
            "the input has no scale");
}

}  // namespace
}  // namespace single_operator
