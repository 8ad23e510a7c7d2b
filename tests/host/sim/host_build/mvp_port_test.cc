// The host build's accelerator port: addresses, placement, waiting.
#include "host/sim/host_build/mvp_port.h"

#include <vector>

#include "gtest/gtest.h"

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

}  // namespace
}  // namespace host_build
