// The interpreter of static graphs: operands, order, the profiler, and what fails.
#include "static_interpreter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "captured_log.h"
#include "tensorflow/lite/micro/kernels/kernel_util.h"

namespace earshot {
namespace {

constexpr int32_t kShape[] = {1, 3};
constexpr int32_t kZeroIn[] = {1, 0}, kOneIn[] = {1, 1}, kTwoIn[] = {1, 2};
constexpr int32_t kAddends[] = {1, 10};

TfLiteIntArray* Ints(const int32_t* values) {
  return reinterpret_cast<TfLiteIntArray*>(const_cast<int32_t*>(values));
}

// Adds user_data's first number to each of three elements.
TfLiteStatus AddNumber(TfLiteContext* context, TfLiteNode* node) {
  const auto* from = tflite::micro::GetTensorData<int32_t>(tflite::micro::GetEvalInput(context, node, 0));
  auto* to = tflite::micro::GetTensorData<int32_t>(tflite::micro::GetEvalOutput(context, node, 0));
  for (int i = 0; i < 3; ++i) to[i] = from[i] + *static_cast<const int32_t*>(node->user_data);
  return kTfLiteOk;
}

TfLiteStatus Fail(TfLiteContext* context, TfLiteNode*) {
  context->ReportError(context, "%s", "no luck");
  return kTfLiteError;
}

class Graph : public testing::Test {
 protected:
  StaticGraph Tables() const { return {tensors_, 3, operations_, 2, scratch_, 1, inputs_, 1, outputs_, 1}; }

  mutable int32_t memory_[3][3] = {};
  int32_t buffer_ = 0;
  void* const scratch_[1] = {&buffer_};
  const TfLiteEvalTensor tensors_[3] = {{{memory_[0]}, Ints(kShape), kTfLiteInt32},
                                        {{memory_[1]}, Ints(kShape), kTfLiteInt32},
                                        {{memory_[2]}, Ints(kShape), kTfLiteInt32}};
  StaticOperation operations_[2] = {
      {AddNumber,
       {Ints(kZeroIn), Ints(kOneIn), nullptr, const_cast<int32_t*>(kAddends), nullptr, nullptr, 0},
       "FIRST"},
      {AddNumber,
       {Ints(kOneIn), Ints(kTwoIn), nullptr, const_cast<int32_t*>(kAddends + 1), nullptr, nullptr, 0},
       "SECOND"}};
  const TfLiteTensor inputs_[1] = {{{}, {}, {memory_[0]}, Ints(kShape), 12, kTfLiteInt32, {}, false}};
  const TfLiteTensor outputs_[1] = {{{}, {}, {memory_[2]}, Ints(kShape), 12, kTfLiteInt32, {}, false}};
};

TEST_F(Graph, RunsItsOperationsInOrder) {
  const StaticGraph graph = Tables();
  StaticInterpreter interpreter(graph);
  ASSERT_EQ(interpreter.inputs_size(), 1u);
  ASSERT_EQ(interpreter.outputs_size(), 1u);
  for (int i = 0; i < 3; ++i) interpreter.input(0)->data.i32[i] = 100 * i;
  ASSERT_EQ(interpreter.Invoke(), kTfLiteOk);
  EXPECT_EQ(interpreter.output(0)->data.i32[0], 11);
  EXPECT_EQ(interpreter.output(0)->data.i32[2], 211);
  EXPECT_EQ(interpreter.input(1), nullptr);
  EXPECT_EQ(interpreter.output(1), nullptr);
}

TEST_F(Graph, TellsTheProfilerOfEachOperation) {
  class Profiler final : public tflite::MicroProfilerInterface {
   public:
    uint32_t BeginEvent(const char* tag) override {
      events.push_back(std::string("begin ") + tag);
      return static_cast<uint32_t>(events.size());
    }
    void EndEvent(uint32_t handle) override { events.push_back("end " + std::to_string(handle)); }
    std::vector<std::string> events;
  } profiler;
  const StaticGraph graph = Tables();
  StaticInterpreter interpreter(graph, &profiler);
  ASSERT_EQ(interpreter.Invoke(), kTfLiteOk);
  EXPECT_EQ(profiler.events, (std::vector<std::string>{"begin FIRST", "end 1", "begin SECOND", "end 3"}));
}

TEST_F(Graph, NamesTheOperationThatFails) {
  operations_[1].invoke = Fail;
  const StaticGraph graph = Tables();
  StaticInterpreter interpreter(graph);
  EXPECT_EQ(interpreter.Invoke(), kTfLiteError);
  EXPECT_EQ(model_building::TakeLog(), "no luck\r\noperator SECOND (#1) failed\r\n");
}

TEST_F(Graph, HasNothingThatItsTablesLack) {
  const StaticGraph graph = Tables();
  StaticContext context(graph);
  EXPECT_EQ(context.GetEvalTensor(2), &tensors_[2]);
  EXPECT_EQ(context.GetEvalTensor(3), nullptr);
  EXPECT_EQ(context.GetEvalTensor(kTfLiteOptionalTensor), nullptr);
  EXPECT_EQ(context.GetScratchBuffer(0), &buffer_);
  EXPECT_EQ(context.GetScratchBuffer(1), nullptr);
  EXPECT_EQ(context.GetScratchBuffer(-1), nullptr);
}

TEST_F(Graph, HasNothingToPrepareWith) {
  const StaticGraph graph = Tables();
  StaticContext context(graph);
  TfLiteContext* const lite = context.c_context();
  int index = 7;
  EXPECT_EQ(lite->AllocatePersistentBuffer(lite, 4), nullptr);
  EXPECT_EQ(lite->RequestScratchBufferInArena(lite, 4, &index), kTfLiteError);
  EXPECT_EQ(lite->GetTensor(lite, 0), nullptr);
  EXPECT_EQ(context.AllocateTempTfLiteTensor(0), nullptr);
  EXPECT_EQ(context.AllocateTempBuffer(4, 4), nullptr);
  EXPECT_EQ(index, 7);
}

TEST_F(Graph, TakesOneExternalContext) {
  const StaticGraph graph = Tables();
  StaticContext context(graph);
  int first = 0, second = 0;
  EXPECT_EQ(context.set_external_context(nullptr), kTfLiteError);
  EXPECT_EQ(context.set_external_context(&first), kTfLiteOk);
  EXPECT_EQ(context.set_external_context(&second), kTfLiteError);
  EXPECT_EQ(context.external_context(), &first);
}

TEST(InvokeNothing, Succeeds) { EXPECT_EQ(InvokeNothing(nullptr, nullptr), kTfLiteOk); }

}  // namespace
}  // namespace earshot
