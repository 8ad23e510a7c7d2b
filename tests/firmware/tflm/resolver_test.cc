// The list of operators: what it finds, and what it refuses.
#include <gtest/gtest.h>

#include "captured_log.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

namespace tflite {
namespace {

TEST(Resolver, FindsWhatWasAdded) {
  MicroMutableOpResolver<2> resolver;
  ASSERT_EQ(resolver.AddReshape(), kTfLiteOk);
  EXPECT_NE(resolver.FindOp(BuiltinOperator_RESHAPE), nullptr);
  EXPECT_EQ(resolver.FindOp(BuiltinOperator_RESHAPE)->builtin_code, BuiltinOperator_RESHAPE);
  EXPECT_EQ(resolver.FindOp(BuiltinOperator_QUANTIZE), nullptr);
  EXPECT_EQ(resolver.FindOp("custom"), nullptr);
}

TEST(Resolver, RefusesASecondKernelForAnOperator) {
  MicroMutableOpResolver<2> resolver;
  ASSERT_EQ(resolver.AddPack(), kTfLiteOk);
  EXPECT_EQ(resolver.AddPack(), kTfLiteError);
  EXPECT_EQ(model_building::TakeLog(), "operator PACK is registered twice\r\n");
}

TEST(Resolver, RefusesMoreThanItHolds) {
  MicroMutableOpResolver<1> resolver;
  ASSERT_EQ(resolver.AddShape(), kTfLiteOk);
  EXPECT_EQ(resolver.AddQuantize(), kTfLiteError);
  EXPECT_EQ(model_building::TakeLog(), "operator QUANTIZE does not fit: the resolver holds 1\r\n");
  EXPECT_EQ(resolver.GetRegistrationLength(), 1u);
}

TEST(Resolver, TakesAKernelOfTheCallers) {
  MicroMutableOpResolver<1> resolver;
  TFLMRegistration mine = Register_FULLY_CONNECTED();
  mine.invoke = [](TfLiteContext*, TfLiteNode*) { return kTfLiteError; };
  ASSERT_EQ(resolver.AddFullyConnected(mine), kTfLiteOk);
  EXPECT_EQ(resolver.FindOp(BuiltinOperator_FULLY_CONNECTED)->invoke, mine.invoke);
}

TEST(Resolver, BringsWhatReadsTheOptions) {
  MicroMutableOpResolver<2> resolver;
  ASSERT_EQ(resolver.AddConv2D(), kTfLiteOk);
  ASSERT_EQ(resolver.AddQuantize(), kTfLiteOk);
  EXPECT_EQ(resolver.GetOpDataParser(BuiltinOperator_CONV_2D), earshot::ParseConv2D);
  EXPECT_EQ(resolver.GetOpDataParser(BuiltinOperator_QUANTIZE), nullptr);
  EXPECT_EQ(resolver.GetOpDataParser(BuiltinOperator_ADD), nullptr);
}

TEST(OperatorNames, AreThoseOfTheSchema) {
  EXPECT_STREQ(EnumNameBuiltinOperator(BuiltinOperator_ADD), "ADD");
  EXPECT_STREQ(EnumNameBuiltinOperator(BuiltinOperator_CONV_2D), "CONV_2D");
  EXPECT_STREQ(EnumNameBuiltinOperator(static_cast<BuiltinOperator>(-1)), "");
  EXPECT_STREQ(EnumNameBuiltinOperator(static_cast<BuiltinOperator>(100000)), "");
}

}  // namespace
}  // namespace tflite
