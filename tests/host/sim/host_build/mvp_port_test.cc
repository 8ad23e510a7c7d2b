// The host build's accelerator port: addresses, placement, waiting.
#include "host/sim/host_build/mvp_port.h"

#include <initializer_list>
#include <vector>

#include "gtest/gtest.h"
#include "mvp/driver.h"
#include "mvp/program_builder.h"

namespace host_build {
namespace {

TEST(MvpPort, MapsHostMemoryToTheChipsAddresses) {
  std::vector<uint8_t> model(100), more(10), arena(256);
  MvpPort port("device-flash");
  port.MapFlash(model.data(), model.size());
  port.MapFlash(more.data(), more.size());
  port.MapRam(arena.data(), arena.size());
  EXPECT_EQ(port.BusAddress(model.data()), 0x08000000u);
  EXPECT_EQ(port.BusAddress(model.data() + 99), 0x08000063u);
  EXPECT_EQ(port.BusAddress(more.data()), 0x08000080u);
  EXPECT_EQ(port.BusAddress(arena.data() + 16), 0x20000010u);
  EXPECT_EQ(port.BusAddress(nullptr), 0u);
  const int elsewhere = 0;
  EXPECT_EQ(port.BusAddress(&elsewhere), 0u);
}

TEST(MvpPort, KnowsItsCycleModels) {
  EXPECT_TRUE(MvpPort::IsCycleModel("vendor-sim"));
  EXPECT_TRUE(MvpPort::IsCycleModel("device-flash"));
  EXPECT_FALSE(MvpPort::IsCycleModel(""));
  EXPECT_EQ(MvpPort("vendor-sim").model().cycle_model().name, "vendor-sim");
}

TEST(MvpPort, WaitsForTheProgramButNotForever) {
  MvpPort port("vendor-sim");
  port.PowerUp();
  port.Write(0x004, 1);              // EN
  port.Write(0x0D4, 999);            // LOOP[0].CFG: 1000 iterations
  port.Write(0x11C, 3u | 1u << 31);  // INSTR[0].CFG2: NOOP, loop 0 begins and ends, ENDPROG
  port.Write(0x174, 9);              // CMD: INIT, START
  EXPECT_FALSE(port.WaitUntilIdle(500).finished);
  EXPECT_EQ(port.Read(0x010) & 1u, 1u);  // RUNNING
  EXPECT_TRUE(port.WaitUntilIdle(500).finished);
  EXPECT_EQ(port.Read(0x010), 4u);  // IDLE
}

// The firmware's driver on the model.
class DriverOnModel : public testing::Test {
 protected:
  DriverOnModel() { EXPECT_EQ(driver_.Init(), mvp::Status::kOk); }

  // NOOPs in nested loops.
  static mvp::ProgramImage Nested(std::initializer_list<uint32_t> iterations) {
    mvp::ProgramBuilder program;
    mvp::Instruction noop(mvp::AluOp::NOOP);
    for (const uint32_t count : iterations) {
      const mvp::LoopId loop = program.AddLoop(count);
      noop.Begin(loop).End(loop);
    }
    program.Add(noop.Last());
    mvp::ProgramImage image;
    EXPECT_TRUE(program.Build(&image).ok());
    return image;
  }

  MvpPort port_{"vendor-sim"};
  mvp::Driver driver_{port_};
};

TEST_F(DriverOnModel, CountsAcrossTheWrapOfTheCounter) {
  const uint32_t cycles = 17u << 20;  // above 2^24
  ASSERT_EQ(driver_.Run(Nested({17, 1024, 1024}), 2 * cycles), mvp::Status::kOk);
  EXPECT_EQ(driver_.accelerator_cycles(), cycles);
  ASSERT_EQ(driver_.Run(Nested({100})), mvp::Status::kOk);
  EXPECT_EQ(driver_.accelerator_cycles(), cycles + 100);
}

TEST_F(DriverOnModel, StartLeavesTheProgramRunning) {
  const mvp::ProgramImage image = Nested({100});
  mvp::Launch launch(image);
  launch.Iterations(image, {0}, 40);
  ASSERT_EQ(driver_.Start(launch), mvp::Status::kOk);
  EXPECT_TRUE(port_.model().running());
  ASSERT_EQ(driver_.Start(mvp::Launch(image)), mvp::Status::kOk);
  EXPECT_EQ(driver_.accelerator_cycles(), 40u);
  ASSERT_EQ(driver_.Finish(), mvp::Status::kOk);
  EXPECT_FALSE(port_.model().running());
  EXPECT_EQ(driver_.accelerator_cycles(), 140u);
}

TEST_F(DriverOnModel, ProgramThatDoesNotEndInItsTimeIsStopped) {
  ASSERT_EQ(driver_.Start(mvp::Launch(Nested({1000})), 500), mvp::Status::kOk);
  EXPECT_EQ(driver_.Start(mvp::Launch(Nested({10}))), mvp::Status::kTimeout);
  EXPECT_FALSE(port_.model().running());
  EXPECT_EQ(driver_.last_fault().outcome, mvp::Status::kTimeout);
  EXPECT_EQ(driver_.last_fault().launch, 1u);
  ASSERT_EQ(driver_.Run(Nested({10})), mvp::Status::kOk);
  EXPECT_EQ(driver_.accelerator_cycles(), 10u);
}

TEST_F(DriverOnModel, FaultNamesTheAddress) {
  mvp::ProgramBuilder program;
  const mvp::ArrayId array =
      program.AddArray({0, mvp::ElementType::kInt8, mvp::Lanes::kScalar, {{{}, {}, {4, 1}}}});
  program.Add(mvp::Instruction(mvp::AluOp::NOOP).Load(program.AddRegister(), array, mvp::kDim2).Last());
  mvp::ProgramImage image;
  ASSERT_TRUE(program.Build(&image).ok());
  mvp::Launch launch(image);
  launch.Address(array, 0x10000000);
  ASSERT_EQ(driver_.Start(launch), mvp::Status::kOk);
  EXPECT_EQ(driver_.Finish(), mvp::Status::kFault);
  EXPECT_EQ(driver_.last_fault().address, 0x10000000u);
  EXPECT_EQ(driver_.last_fault().flags, 1u << 25);
}

}  // namespace
}  // namespace host_build
