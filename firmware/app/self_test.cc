// The products of 16 pairs of int8 numbers, summed in both lanes, then the lanes added and stored.
#include "app/self_test.h"

#include <array>

#include "mvp/program_builder.h"

namespace app {
namespace {

using mvp::AluOp;
using mvp::ArrayId;
using mvp::Instruction;

constexpr uint32_t kValues = 16;
constexpr uint16_t kExpected = 0xDDA0;  // -360, the sum of (i - 5) (7 - i) over i = 0..15
constexpr uint16_t kBefore = 0x7BFF;    // what is in the place of the result until it is stored

constexpr ArrayId kLeft{0}, kRight{1}, kResult{2};

constexpr mvp::ArraySpec Pairs() {
  return {0, mvp::ElementType::kInt8, mvp::Lanes::kPair, {{{}, {}, {kValues / 2, 1}}}};
}

constexpr mvp::ProgramImage MakeImage() {
  mvp::ProgramBuilder program;
  const mvp::RegisterId sum = program.AddRegister(), x = program.AddRegister(), y = program.AddRegister();
  (void)program.AddArray(Pairs());
  (void)program.AddArray(Pairs());
  (void)program.AddArray({0, mvp::ElementType::kBinary16, mvp::Lanes::kScalar, {{{}, {}, {1, 1}}}});
  const mvp::LoopId loop = program.AddLoop(kValues / 2);
  program.Add(Instruction(AluOp::MACR2A)
                  .Z(sum)
                  .X(x)
                  .Y(y)
                  .A(sum)
                  .Load(x, kLeft, mvp::kDim2)
                  .Load(y, kRight, mvp::kDim2)
                  .Begin(loop)
                  .End(loop));
  program.Add(Instruction(AluOp::ADDR).Z(x).A(sum));
  program.Add(Instruction(AluOp::NOOP).Store(x, kResult, mvp::kNoDim).Last());
  mvp::ProgramImage image;
  return program.Build(&image).ok() ? image : mvp::ProgramImage{};
}

constexpr mvp::ProgramImage kImage = MakeImage();
static_assert(kImage.words[mvp::kCmdWord] != 0, "the program keeps the builder's limits");

}  // namespace

SelfTest TestAccelerator(mvp::Driver& driver) {
  alignas(4) std::array<int8_t, kValues> left{};
  alignas(4) std::array<int8_t, kValues> right{};
  alignas(4) volatile uint16_t result = kBefore;
  for (uint32_t i = 0; i < kValues; ++i) {
    left[i] = static_cast<int8_t>(static_cast<int32_t>(i) - 5);
    right[i] = static_cast<int8_t>(7 - static_cast<int32_t>(i));
  }
  mvp::Launch launch{mvp::Program(kImage)};
  launch.Address(kLeft, driver.BusAddress(left.data())).Address(kRight, driver.BusAddress(right.data()));
  launch.Address(kResult, driver.BusAddress(const_cast<const uint16_t*>(&result)));
  const uint64_t before = driver.accelerator_cycles();
  mvp::Status status = driver.Start(launch);
  if (status == mvp::Status::kOk) status = driver.Finish();
  return {status, kExpected, result, driver.accelerator_cycles() - before};
}

}  // namespace app
