// What reads the operators' options: values, defaults, and the refusal of each that no kernel knows.
#include <gtest/gtest.h>

#include "captured_log.h"
#include "model_spec.h"
#include "options/parsers.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/micro/micro_op_resolver.h"

namespace {

using model_building::Node;
using model_building::TakeLog;
using tflite::TfLiteBridgeBuiltinParseFunction;

// The file of an operator with an options table; a null type: with none.
std::vector<uint8_t> File(uint8_t type, const Node& options) {
  Node op = Node::Table();
  if (type != 0) op.Set<uint8_t>(10, type).Set(12, options);
  return op.Finish("TEST");
}

class Parsed {
 public:
  Parsed(TfLiteBridgeBuiltinParseFunction parse, const std::vector<uint8_t>& file)
      : file_(file), arena_(memory_, sizeof(memory_)) {
    TakeLog();
    const auto* op = flatbuffers::FollowOffset<tflite::Operator>(file_.data());
    ok_ = parse(*op, arena_, &data_) == kTfLiteOk;
    log_ = TakeLog();
  }
  bool ok() const { return ok_; }
  // The line that it logged, without its end.
  std::string log() const { return log_.substr(0, log_.find_first_of("\r\n")); }
  template <typename Params>
  const Params& params() const {
    return *static_cast<const Params*>(data_);
  }

 private:
  model_building::PlacedModel file_;
  alignas(16) uint8_t memory_[256] = {};
  earshot::Arena arena_;
  void* data_ = nullptr;
  bool ok_ = false;
  std::string log_;
};

Node Convolution() {
  return Node::Table()
      .Set<int8_t>(4, tflite::Padding_VALID)
      .Set<int32_t>(6, 2)
      .Set<int32_t>(8, 3)
      .Set<int8_t>(10, tflite::ActivationFunctionType_RELU6)
      .Set<int32_t>(12, 4)
      .Set<int32_t>(14, 5);
}

Node Depthwise() {
  return Node::Table().Set<int32_t>(6, 2).Set<int32_t>(8, 3).Set<int32_t>(10, 7).Set<int8_t>(
      12, tflite::ActivationFunctionType_RELU_N1_TO_1);
}

TEST(Options, OfAConvolution) {
  const Parsed parsed(earshot::ParseConv2D, File(tflite::BuiltinOptions_Conv2DOptions, Convolution()));
  ASSERT_TRUE(parsed.ok()) << parsed.log();
  const auto& params = parsed.params<TfLiteConvParams>();
  EXPECT_EQ(params.padding, kTfLitePaddingValid);
  EXPECT_EQ(params.stride_width, 2);
  EXPECT_EQ(params.stride_height, 3);
  EXPECT_EQ(params.activation, kTfLiteActRelu6);
  EXPECT_EQ(params.dilation_width_factor, 4);
  EXPECT_EQ(params.dilation_height_factor, 5);
}

TEST(Options, OfADepthwiseConvolutionWithoutDilation) {
  const Parsed parsed(earshot::ParseDepthwiseConv2D,
                      File(tflite::BuiltinOptions_DepthwiseConv2DOptions, Depthwise()));
  ASSERT_TRUE(parsed.ok()) << parsed.log();
  const auto& params = parsed.params<TfLiteDepthwiseConvParams>();
  EXPECT_EQ(params.padding, kTfLitePaddingSame);
  EXPECT_EQ(params.depth_multiplier, 7);
  EXPECT_EQ(params.activation, kTfLiteActReluN1To1);
  EXPECT_EQ(params.dilation_width_factor, 1);
  EXPECT_EQ(params.dilation_height_factor, 1);
}

TEST(Options, OfSoftmaxConcatenationAndMean) {
  const Parsed softmax(earshot::ParseSoftmax,
                       File(tflite::BuiltinOptions_SoftmaxOptions, Node::Table().Set<float>(4, 0.5f)));
  ASSERT_TRUE(softmax.ok());
  EXPECT_EQ(softmax.params<TfLiteSoftmaxParams>().beta, 0.5);
  const Parsed joined(earshot::ParseConcatenation, File(tflite::BuiltinOptions_ConcatenationOptions,
                                                        Node::Table().Set<int32_t>(4, -1).Set<int8_t>(6, 1)));
  ASSERT_TRUE(joined.ok());
  EXPECT_EQ(joined.params<TfLiteConcatenationParams>().axis, -1);
  EXPECT_EQ(joined.params<TfLiteConcatenationParams>().activation, kTfLiteActRelu);
  const Parsed mean(earshot::ParseReducer,
                    File(tflite::BuiltinOptions_ReducerOptions, Node::Table().Set<int8_t>(4, 1)));
  ASSERT_TRUE(mean.ok());
  EXPECT_TRUE(mean.params<TfLiteReducerParams>().keep_dims);
}

TEST(Options, OfArithmetic) {
  const Node relu = Node::Table().Set<int8_t>(4, tflite::ActivationFunctionType_RELU);
  const Parsed add(earshot::ParseAdd, File(tflite::BuiltinOptions_AddOptions, relu));
  const Parsed sub(earshot::ParseSub, File(tflite::BuiltinOptions_SubOptions, relu));
  const Parsed mul(earshot::ParseMul, File(tflite::BuiltinOptions_MulOptions, relu));
  ASSERT_TRUE(add.ok() && sub.ok() && mul.ok());
  EXPECT_EQ(add.params<TfLiteAddParams>().activation, kTfLiteActRelu);
  EXPECT_TRUE(add.params<TfLiteAddParams>().pot_scale_int16);
  EXPECT_EQ(sub.params<TfLiteSubParams>().activation, kTfLiteActRelu);
  EXPECT_EQ(mul.params<TfLiteMulParams>().activation, kTfLiteActRelu);
}

TEST(Options, AnotherOperatorsTableIsNotRead) {
  const Parsed parsed(earshot::ParseAdd,
                      File(tflite::BuiltinOptions_MulOptions, Node::Table().Set<int8_t>(4, 9)));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.params<TfLiteAddParams>().activation, kTfLiteActNone);
}

TEST(Options, WindowsAreRequired) {
  for (const auto parse : {earshot::ParseConv2D, earshot::ParseDepthwiseConv2D, earshot::ParsePool}) {
    EXPECT_EQ(Parsed(parse, File(0, Node::Table())).log(), "the options are missing");
  }
}

struct Refused {
  const char* name;
  TfLiteBridgeBuiltinParseFunction parse;
  uint8_t type;
  Node options;
  const char* reason;
};

class RefusedOptions : public testing::TestWithParam<Refused> {};

TEST_P(RefusedOptions, SaysWhy) {
  const Parsed parsed(GetParam().parse, File(GetParam().type, GetParam().options));
  EXPECT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.log(), GetParam().reason);
}

const char* const kActivation = "fused activation 9 is not supported";
constexpr uint8_t kConv = tflite::BuiltinOptions_Conv2DOptions;
constexpr uint8_t kDepthwise = tflite::BuiltinOptions_DepthwiseConv2DOptions;

INSTANTIATE_TEST_SUITE_P(
    Cases, RefusedOptions,
    testing::Values(
        Refused{"ConvStride", earshot::ParseConv2D, kConv, Convolution().Set<int32_t>(6, 0),
                "strides of 3x0 (height x width) are not from 1 to 32767"},
        Refused{"ConvDilation", earshot::ParseConv2D, kConv, Convolution().Set<int32_t>(14, 32768),
                "dilation factors of 32768x4 (height x width) are not from 1 to 32767"},
        Refused{"ConvPadding", earshot::ParseConv2D, kConv, Convolution().Set<int8_t>(4, -1),
                "padding -1 is not known"},
        Refused{"ConvActivation", earshot::ParseConv2D, kConv, Convolution().Set<int8_t>(10, 9), kActivation},
        Refused{"DepthwiseStride", earshot::ParseDepthwiseConv2D, kDepthwise, Depthwise().Set<int32_t>(8, -3),
                "strides of -3x2 (height x width) are not from 1 to 32767"},
        Refused{"AddActivation", earshot::ParseAdd, tflite::BuiltinOptions_AddOptions,
                Node::Table().Set<int8_t>(4, 9), kActivation},
        Refused{"SubActivation", earshot::ParseSub, tflite::BuiltinOptions_SubOptions,
                Node::Table().Set<int8_t>(4, 9), kActivation},
        Refused{"MulActivation", earshot::ParseMul, tflite::BuiltinOptions_MulOptions,
                Node::Table().Set<int8_t>(4, 9), kActivation},
        Refused{"ConcatenationActivation", earshot::ParseConcatenation,
                tflite::BuiltinOptions_ConcatenationOptions, Node::Table().Set<int8_t>(6, 9), kActivation},
        Refused{"SoftmaxBeta", earshot::ParseSoftmax, tflite::BuiltinOptions_SoftmaxOptions,
                Node::Table().Set<uint32_t>(4, 0x7FC00000u),  // not a number
                "softmax with a beta that is not between 0 and 1e9 is not supported"},
        Refused{"WeightsFormat", earshot::ParseFullyConnected, tflite::BuiltinOptions_FullyConnectedOptions,
                Node::Table().Set<int8_t>(6, 1), "fully connected weights in format 1 are not supported"}),
    [](const testing::TestParamInfo<Refused>& info) { return info.param.name; });

// A vtable may place a field at the end of its table or behind it: as many bytes as the field has must be
// there.
TEST(Options, AFieldOutsideItsTableIsDamage) {
  std::vector<uint8_t> file = File(tflite::BuiltinOptions_SoftmaxOptions, Node::Table().Set<float>(4, 1.0f));
  const auto* op = flatbuffers::FollowOffset<tflite::Operator>(file.data());
  const auto* table = reinterpret_cast<const uint8_t*>(op->builtin_options());
  const auto place = static_cast<size_t>(table - file.data());
  const size_t vtable = place - static_cast<size_t>(flatbuffers::ReadScalar<int32_t>(table));
  for (const uint8_t position : {1, 5, 8, 200}) {
    file[vtable + 4] = position;
    const Parsed parsed(earshot::ParseSoftmax, file);
    EXPECT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.log(), "the model is damaged: option 0 lies outside its table");
  }
}

TEST(Options, AFullArenaIsSilent) {
  const std::vector<uint8_t> file = File(kConv, Convolution());
  const model_building::PlacedModel placed(file);
  earshot::Arena arena(nullptr, 0);
  void* data = nullptr;
  TakeLog();
  EXPECT_EQ(earshot::ParseConv2D(*flatbuffers::FollowOffset<tflite::Operator>(placed.data()), arena, &data),
            kTfLiteError);
  EXPECT_EQ(TakeLog(), "");
}

}  // namespace
