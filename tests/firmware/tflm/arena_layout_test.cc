// What tensors and scratch buffers take together, worked out by hand, and that sharing memory changes
// nothing: random models give the bytes that they give with memory of its own for every tensor.
#include "arena_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "captured_log.h"
#include "loaded_model.h"
#include "tensor_size.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace earshot {
namespace {

using model_building::LoadedModel;
using model_building::ModelSpec;
using model_building::Quantized;
using model_building::Resolver;
using model_building::TensorSpec;

TensorSpec Real(std::vector<int32_t> shape) {
  TensorSpec tensor;
  tensor.type = tflite::TensorType_FLOAT32;
  tensor.shape = std::move(shape);
  return tensor;
}

// Asks for what the accelerator's kernel needs to scale the first layer's 640 inputs beforehand.
TfLiteStatus PrepareWithScratch(TfLiteContext* context, TfLiteNode* node) {
  if (tflite::micro::GetEvalInput(context, node, 0)->dims->data[1] != 640) return kTfLiteOk;
  int index = 0;
  return tflite::GetMicroContext(context)->RequestScratchBufferInArena(1284, &index);
}

TfLiteStatus DoNothing(TfLiteContext*, TfLiteNode*) { return kTfLiteOk; }

void AddScratchingOperators(Resolver& resolver) {
  EXPECT_EQ(resolver.AddQuantize(), kTfLiteOk);
  EXPECT_EQ(resolver.AddDequantize(), kTfLiteOk);
  EXPECT_EQ(resolver.AddFullyConnected(tflite::micro::RegisterOp(nullptr, PrepareWithScratch, DoNothing)),
            kTfLiteOk);
}

// The anomaly model: 640, four times 128, 8, four times 128, 640; with float ends converted by an operator.
ModelSpec Autoencoder(bool float_ends) {
  ModelSpec spec;
  const std::vector<int32_t> widths = {640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640};
  int32_t tensor = spec.Add(float_ends ? Real({1, 640}) : Quantized({1, 640}, 1.0f, 0));
  spec.inputs = {tensor};
  const auto append = [&spec, &tensor](tflite::BuiltinOperator code, TensorSpec output) {
    const int32_t next = spec.Add(std::move(output));
    spec.operators.push_back({code, {tensor}, {next}});
    tensor = next;
  };
  if (float_ends) append(tflite::BuiltinOperator_QUANTIZE, Quantized({1, 640}, 1.0f, 0));
  for (size_t i = 1; i < widths.size(); ++i) {
    append(tflite::BuiltinOperator_FULLY_CONNECTED, Quantized({1, widths[i]}, 1.0f, 0));
  }
  if (float_ends) append(tflite::BuiltinOperator_DEQUANTIZE, Real({1, 640}));
  spec.outputs = {tensor};
  return spec;
}

// From the lowest tensor to the end of the highest one. Scratch buffers lie between here.
size_t TensorArea(const ModelSpec& spec, bool keep_inputs, bool preserve_all = false) {
  LoadedModel model(BuildModel(spec), 65536, preserve_all, nullptr, AddScratchingOperators, keep_inputs);
  EXPECT_TRUE(model.ok()) << model.reason() << model_building::TakeLog();
  uintptr_t first = UINTPTR_MAX;
  uintptr_t end = 0;
  for (size_t i = 0; i < spec.tensors.size(); ++i) {
    const TfLiteEvalTensor& tensor = *model.interpreter().GetTensor(static_cast<int>(i));
    const auto start = reinterpret_cast<uintptr_t>(tensor.data.data);
    first = std::min(first, start);
    end = std::max(end, start + AlignUp(TensorBytes(tensor), kArenaAlignment));
  }
  return end - first;
}

// Input 2560 kept, output 2560; all else shares the output's place: 640 of the first layer and 1296 of its
// scratch, and at the end the 640 bytes of which the output is made.
TEST(ArenaLayout, FloatEndsNeedNoMoreThanThemselves) {
  EXPECT_EQ(TensorArea(Autoencoder(true), true), 5120u);
}

// Input and output share 2560. The scratch, placed before the 640 bytes of the first layer's input, lies
// where these could have overwritten the float ones, so that they come behind.
TEST(ArenaLayout, AFloatInputThatIsNotKeptSharesWithTheOutput) {
  EXPECT_EQ(TensorArea(Autoencoder(true), false), 2560u + 640u);
}

// At the first layer: input 640 kept, output 128, scratch 1284 in units of 16.
TEST(ArenaLayout, Int8EndsNeedTheirFirstLayer) {
  EXPECT_EQ(TensorArea(Autoencoder(false), true), 640u + 128u + 1296u);
}

TEST(ArenaLayout, PreservedTensorsAddUp) {
  // Scratch lies before the tensors: the largest buffer of all.
  EXPECT_EQ(TensorArea(Autoencoder(false), true, true), 2u * 640u + 8u * 128u + 16u);
}

// Layers of the widths given: no output may take its input's place.
ModelSpec Chain(const std::vector<int32_t>& widths) {
  ModelSpec spec;
  for (const int32_t width : widths) spec.Add(Quantized({1, width}, 1.0f, 0));
  for (int32_t i = 1; i < static_cast<int32_t>(widths.size()); ++i) {
    spec.operators.push_back({tflite::BuiltinOperator_FULLY_CONNECTED, {i - 1}, {i}});
  }
  spec.inputs = {0};
  spec.outputs = {static_cast<int32_t>(widths.size()) - 1};
  return spec;
}

// An input of 64 bytes, the same in another scale, and as 64 floats.
ModelSpec GrowingModel() {
  ModelSpec spec;
  spec.Add(Quantized({1, 64}, 1.0f, 0));
  spec.Add(Quantized({1, 64}, 0.5f, 0));
  spec.Add(Real({1, 64}));
  spec.operators = {{tflite::BuiltinOperator_QUANTIZE, {0}, {1}},
                    {tflite::BuiltinOperator_DEQUANTIZE, {1}, {2}}};
  spec.inputs = {0};
  spec.outputs = {2};
  return spec;
}

using Words = std::vector<int32_t>;

// Where the tensors lie, counted from the lowest, and what was said.
struct Placed {
  Words offsets;
  std::string log;
};

Placed Place(ModelSpec spec, const Words& plan, bool preserve_all = false, bool keep_inputs = true) {
  spec.metadata = {{"OfflineMemoryAllocation", model_building::Bytes(plan)}};
  model_building::TakeLog();
  LoadedModel model(BuildModel(spec), 65536, preserve_all, nullptr, AddScratchingOperators, keep_inputs);
  EXPECT_TRUE(model.ok()) << model.reason();
  Placed placed = {{}, model_building::TakeLog()};
  std::vector<const uint8_t*> places;
  for (size_t i = 0; i < spec.tensors.size() && model.ok(); ++i) {
    const void* data = model.interpreter().GetTensor(static_cast<int>(i))->data.data;
    places.push_back(static_cast<const uint8_t*>(data));
  }
  for (const uint8_t* place : places) {
    placed.offsets.push_back(static_cast<int32_t>(place - *std::min_element(places.begin(), places.end())));
  }
  return placed;
}

// The busiest operators have 64 + 48 + 64 bytes, which the planner needs too: the plans here need no less.
const ModelSpec kChain = Chain({64, 48, 48, 64});
const Words kGreedyOffsets = {0, 64, 128, 64};

TEST(OfflinePlan, IsFollowedWhereItNeedsNoMore) {
  const Placed placed = Place(kChain, {1, 0, 4, 0, 112, 64, 112});
  EXPECT_EQ(placed.offsets, (Words{0, 112, 64, 112}));
  EXPECT_EQ(placed.log, "");
  EXPECT_EQ(Place(kChain, {0, 1, 4, 0, 112, 64, 112}).offsets, placed.offsets) << "as Vela writes it";
}

TEST(OfflinePlan, LeavesTheRestToThePlanner) {
  EXPECT_EQ(Place(kChain, {1, 0, 4, -1, -1, -1, -1}).offsets, kGreedyOffsets);
  EXPECT_EQ(Place(kChain, {1, 0, 4, -1, -1, 64, -1}).offsets, (Words{0, 112, 64, 112}));
}

TEST(OfflinePlan, IsLeftWhereItNeedsMore) {
  const int32_t far = 0x7FFFFFF0;
  for (const Words& plan : {Words{1, 0, 4, 0, 64, 128, 192}, Words{1, 0, 4, 0, far, -1, -1}}) {
    const Placed placed = Place(kChain, plan);
    EXPECT_EQ(placed.offsets, kGreedyOffsets);
    EXPECT_EQ(placed.log, "");
  }
}

TEST(OfflinePlan, ThatDoesNotHoldIsLeftByName) {
  const struct {
    Words plan;
    const char* reason;
  } kCases[] = {
      {{}, "its size is not that of a plan for all tensors"},
      {{1, 0, 4}, "its size is not that of a plan for all tensors"},
      {{1, 0, 4, 0, 112, 64}, "its size is not that of a plan for all tensors"},
      {{1, 0, 4, 0, 112, 64, 112, 0}, "its size is not that of a plan for all tensors"},
      {{1, 0, 5, 0, 112, 64, 112}, "it counts other tensors than the model"},
      {{1, 0, -1, 0, 112, 64, 112}, "it counts other tensors than the model"},
      {{1, 0, 4, 0, 112, 56, 112}, "an offset is no multiple of 16"},
      {{1, 0, 4, -2, 112, 64, 112}, "an offset is no multiple of 16"},
      {{1, 0, 4, 0, INT32_MIN, 64, 112}, "an offset is no multiple of 16"},
      {{1, 0, 4, 0, 64, 64, 112}, "tensors that are needed together overlap"},
      {{1, 0, 4, 0, 112, 64, 96}, "tensors that are needed together overlap"},
  };
  for (const auto& wrong : kCases) {
    const Placed placed = Place(kChain, wrong.plan);
    EXPECT_EQ(placed.offsets, kGreedyOffsets);
    EXPECT_NE(placed.log.find("the model's own memory plan is not used: "), std::string::npos);
    EXPECT_NE(placed.log.find(wrong.reason), std::string::npos) << placed.log;
  }
}

TEST(OfflinePlan, MayWorkInPlaceAsThePlannerDoes) {
  // 63 elements grow by 3 bytes before the last: 189, in units of 16.
  EXPECT_EQ(Place(GrowingModel(), {1, 0, 3, 256, 192, 0}).offsets, (Words{256, 192, 0}));
  EXPECT_NE(Place(GrowingModel(), {1, 0, 3, 256, 176, 0}).log, "");
}

TEST(OfflinePlan, OverAnInputHoldsOnlyWhereItIsNotKept) {
  const Words plan = {1, 0, 3, 0, 192, 0};
  EXPECT_EQ(Place(GrowingModel(), plan, false, false).offsets, (Words{0, 192, 0}));
  EXPECT_NE(Place(GrowingModel(), plan, false, true).log, "");
}

TEST(OfflinePlan, IsNotFollowedWhereTensorsArePreserved) {
  const Placed placed = Place(GrowingModel(), {1, 0, 3, 256, 192, 0}, true);
  EXPECT_EQ(placed.offsets, (Words{256, 320, 0}));
  EXPECT_EQ(placed.log, "");
}

// Random graphs of operators that may work in place, and of some that may not.
class RandomModel {
 public:
  explicit RandomModel(uint32_t seed) : random_(seed) {
    shape_ = {1 + Below(4), 1 + Below(20)};
    const int32_t inputs = 1 + Below(3);
    for (int32_t i = 0; i < inputs; ++i) AddInput();
    const int32_t operators = 1 + Below(12);
    for (int32_t i = 0; i < operators; ++i) AddOperator();
    AddOutputs();
  }
  const ModelSpec& spec() const { return spec_; }

 private:
  int32_t Below(int32_t limit) { return static_cast<int32_t>(random_() % static_cast<uint32_t>(limit)); }

  TensorSpec AnyQuantized(const std::vector<int32_t>& shape) {
    return Quantized(shape, 0.01f * static_cast<float>(1 + Below(9)), Below(40) - 20);
  }

  // int8 of the shape or of one that repeats, or float with a conversion.
  void AddInput() {
    const int32_t kind = Below(4);
    if (kind == 0) {
      spec_.inputs.push_back(spec_.Add(AnyQuantized({1, shape_[1]})));
      narrow_.push_back(spec_.inputs.back());
    } else if (kind == 1) {
      spec_.inputs.push_back(spec_.Add(AnyQuantized(shape_)));
      full_.push_back(spec_.inputs.back());
    } else {
      spec_.inputs.push_back(spec_.Add(Real(shape_)));
      Append(tflite::BuiltinOperator_QUANTIZE, {spec_.inputs.back()}, AnyQuantized(shape_));
    }
    if (full_.empty()) AddInput();
  }

  // Recent tensors more often, so that others die.
  int32_t AnyFull() {
    const auto back = static_cast<size_t>(std::min(Below(4), Below(4)));
    return full_[full_.size() - 1 - std::min(back, full_.size() - 1)];
  }

  void Append(tflite::BuiltinOperator code, std::vector<int32_t> operands, TensorSpec output) {
    const int32_t result = spec_.Add(std::move(output));
    spec_.operators.push_back({code, std::move(operands), {result}});
    full_.push_back(result);
  }

  void AddOperator() {
    static constexpr tflite::BuiltinOperator kCodes[] = {
        tflite::BuiltinOperator_RELU,     tflite::BuiltinOperator_RELU6,  tflite::BuiltinOperator_LOGISTIC,
        tflite::BuiltinOperator_QUANTIZE, tflite::BuiltinOperator_ADD,    tflite::BuiltinOperator_SUB,
        tflite::BuiltinOperator_MUL,      tflite::BuiltinOperator_RESHAPE};
    const tflite::BuiltinOperator code = kCodes[Below(8)];
    std::vector<int32_t> operands = {AnyFull()};
    if (code == tflite::BuiltinOperator_ADD || code == tflite::BuiltinOperator_SUB ||
        code == tflite::BuiltinOperator_MUL) {
      const bool repeats = !narrow_.empty() && Below(3) == 0;
      operands.push_back(repeats ? narrow_[0] : AnyFull());
      if (Below(2) == 0) std::swap(operands[0], operands[1]);
    }
    const bool is_logistic = code == tflite::BuiltinOperator_LOGISTIC;
    TensorSpec output = is_logistic ? Quantized(shape_, 1.0f / 256.0f, -128) : AnyQuantized(shape_);
    Append(code, std::move(operands), std::move(output));
  }

  // The last tensor, one more, and a float one made of a recent one.
  void AddOutputs() {
    spec_.outputs = {full_.back()};
    if (Below(2) == 0) spec_.outputs.push_back(AnyFull());
    if (Below(2) == 0) return;
    const int32_t source = AnyFull();
    spec_.operators.push_back({tflite::BuiltinOperator_DEQUANTIZE, {source}, {spec_.Add(Real(shape_))}});
    spec_.outputs.push_back(static_cast<int32_t>(spec_.tensors.size()) - 1);
  }

  std::mt19937 random_;
  std::vector<int32_t> shape_;
  std::vector<int32_t> full_;
  std::vector<int32_t> narrow_;
  ModelSpec spec_;
};

std::vector<uint8_t> BytesOf(const TfLiteTensor& tensor) {
  const auto* bytes = static_cast<const uint8_t*>(tensor.data.data);
  return {bytes, bytes + tensor.bytes};
}

// Any bytes: floats among them are infinite or no numbers at times.
std::vector<std::vector<uint8_t>> RandomInputs(const tflite::MicroInterpreter& interpreter,
                                               const ModelSpec& spec, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<uint8_t>> inputs(interpreter.inputs_size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const TensorSpec& tensor = spec.tensors[static_cast<size_t>(spec.inputs[i])];
    size_t elements = 1;
    for (const int32_t size : tensor.shape) elements *= static_cast<size_t>(size);
    if (tensor.type == tflite::TensorType_FLOAT32) {
      std::vector<float> values(elements);
      for (float& value : values)
        value = 0.01f * static_cast<float>(static_cast<int>(random() % 2000) - 1000);
      inputs[i] = model_building::Bytes(values);
    } else {
      inputs[i].resize(elements);
      for (uint8_t& value : inputs[i]) value = static_cast<uint8_t>(random());
    }
  }
  return inputs;
}

// Outputs in order; with `keep_inputs` the inputs behind them.
std::vector<std::vector<uint8_t>> Results(const ModelSpec& spec, uint32_t seed, bool preserve_all,
                                          bool keep_inputs) {
  LoadedModel model(BuildModel(spec), 65536, preserve_all, nullptr, model_building::AddAllOperators,
                    keep_inputs);
  EXPECT_TRUE(model.ok()) << model.reason() << model_building::TakeLog();
  if (!model.ok()) return {};
  tflite::MicroInterpreter& interpreter = model.interpreter();
  const auto inputs = RandomInputs(interpreter, spec, seed);
  for (size_t i = 0; i < inputs.size(); ++i) model.SetInput(inputs[i], i);
  EXPECT_EQ(interpreter.Invoke(), kTfLiteOk);
  std::vector<std::vector<uint8_t>> results;
  for (size_t i = 0; i < interpreter.outputs_size(); ++i) results.push_back(BytesOf(*interpreter.output(i)));
  for (size_t i = 0; keep_inputs && i < inputs.size(); ++i) {
    EXPECT_EQ(BytesOf(*interpreter.input(i)), inputs[i]) << "input " << i << " was not kept";
  }
  return results;
}

// Plans of random offsets, few enough of them that some hold.
TEST(OfflinePlan, ChangesNoByteOfTheOutputs) {
  std::mt19937 random(5);
  int followed = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    ModelSpec spec = RandomModel(seed).spec();
    const auto apart = Results(spec, seed, true, true);
    Words plan = {1, 0, static_cast<int32_t>(spec.tensors.size())};
    for (size_t i = 0; i < spec.tensors.size(); ++i) {
      const bool free = random() % 3 == 0;
      plan.push_back(free ? -1 : 16 * static_cast<int32_t>(random() % 12));
    }
    spec.metadata = {{"OfflineMemoryAllocation", model_building::Bytes(plan)}};
    model_building::TakeLog();
    ASSERT_EQ(Results(spec, seed, false, true), apart) << "seed " << seed;
    followed += model_building::TakeLog().empty() ? 1 : 0;
  }
  EXPECT_GT(followed, 20);
}

TEST(ArenaLayout, SharedMemoryChangesNoByteOfTheOutputs) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const RandomModel model(seed);
    const auto apart = Results(model.spec(), seed, true, true);
    ASSERT_EQ(Results(model.spec(), seed, false, true), apart) << "seed " << seed;
    ASSERT_EQ(Results(model.spec(), seed, false, false), apart) << "seed " << seed;
  }
}

}  // namespace
}  // namespace earshot
