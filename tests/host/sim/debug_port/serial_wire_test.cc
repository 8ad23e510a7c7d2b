// Cycles on the wire, the simulated time that they take, and what goes wrong there.
#include "host/sim/debug_port/serial_wire.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "tests/host/sim/core/board_program.h"
#include "tests/host/sim/debug_port/probe.h"

namespace {

using sim::Ack;

const char* const kLoop = R"(
start: movs r0, #0
  ldr r3, =0x20003000
again: adds r0, #1
  str r0, [r3]
  b again
)";

constexpr uint32_t kConnectCycles = 51 + 16 + 51 + 8;

class SerialWire : public testing::Test {
 protected:
  SerialWire() : program_(kLoop), board_(program_.board), probe_(board_) {}

  uint64_t cycles() { return probe_.wire.counters().swclk_cycles; }
  Ack ReadDpidr(uint32_t& data) { return probe_.Dp(0, true, data); }

  BoardProgram program_;
  sim::Board& board_;
  Probe probe_;
};

}  // namespace

TEST_F(SerialWire, ATransferIsFortySixCycles) {
  probe_.wire.Connect();
  EXPECT_EQ(cycles(), kConnectCycles);
  uint32_t data = 0;
  EXPECT_EQ(ReadDpidr(data), Ack::kOk);
  EXPECT_EQ(cycles(), kConnectCycles + 46);
  EXPECT_EQ(probe_.wire.counters().transfers, 1u);
}

TEST_F(SerialWire, TimePassesWithCyclesWhetherTheCoreRunsOrNot) {
  probe_.wire.set_clock(1'000'000);
  const double began = board_.seconds();
  probe_.Connect();
  const auto expected = [&] { return began + static_cast<double>(cycles()) / 1e6; };
  EXPECT_NEAR(board_.seconds(), expected(), 2e-6);
  probe_.Write(kDhcsr, kDbgkey | 3);
  const uint32_t count = probe_.Read(0x20003000);
  EXPECT_GT(count, 100u);
  for (int i = 0; i < 100; ++i) probe_.Read(0x20003000);
  EXPECT_EQ(probe_.Read(0x20003000), count);
  EXPECT_NEAR(board_.seconds(), expected(), 2e-6);
}

TEST_F(SerialWire, TheClockDecidesHowLong) {
  probe_.Connect();
  probe_.wire.set_clock(100'000);
  const double began = board_.seconds();
  for (int i = 0; i < 100; ++i) probe_.ReadDp(0);
  EXPECT_NEAR(board_.seconds() - began, 100 * 46e-5, 2e-6);
}

TEST_F(SerialWire, IdleTimeCostsNoCycles) {
  probe_.Connect();
  const uint64_t before = cycles();
  const double began = board_.seconds();
  probe_.wire.Idle(13'000'000);
  EXPECT_NEAR(board_.seconds() - began, 0.013, 2e-6);
  EXPECT_EQ(cycles(), before);
}

TEST_F(SerialWire, NothingAnswersBeforeTheSwitchAndDpidr) {
  uint32_t data = 0;
  EXPECT_EQ(ReadDpidr(data), Ack::kNone);
  EXPECT_EQ(cycles(), 46u);
  probe_.wire.Connect();
  EXPECT_EQ(probe_.Dp(4, true, data), Ack::kNone);
  EXPECT_EQ(ReadDpidr(data), Ack::kOk);
  EXPECT_EQ(probe_.Dp(4, true, data), Ack::kOk);
  const uint8_t reset[7] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  probe_.wire.Sequence(reset, 51);
  EXPECT_EQ(probe_.Dp(4, true, data), Ack::kNone);
  EXPECT_EQ(ReadDpidr(data), Ack::kOk);
  EXPECT_EQ(probe_.Dp(4, true, data), Ack::kOk);
}

TEST_F(SerialWire, WaitAndFaultAreShort) {
  probe_.Connect();
  board_.faults().swd_wait_ppm = 1'000'000;
  uint64_t before = cycles();
  uint32_t data = 0;
  EXPECT_EQ(probe_.Ap(0, true, data), Ack::kWait);
  EXPECT_EQ(cycles() - before, 13u);
  EXPECT_EQ(ReadDpidr(data), Ack::kOk);  // must be answered
  before = cycles();
  EXPECT_EQ(probe_.wire.Transfer({true, true, 0}, data, 9), Ack::kWait);
  EXPECT_EQ(cycles() - before, 130u);
  board_.faults().swd_wait_ppm = 0;
  board_.faults().swd_fault_ppm = 1'000'000;
  before = cycles();
  EXPECT_EQ(probe_.Ap(0, true, data), Ack::kFault);
  EXPECT_EQ(cycles() - before, 13u);
  EXPECT_NE(probe_.ReadDp(4) & 1 << 5, 0u);
}

TEST_F(SerialWire, BrokenDataOfReadsAndWrites) {
  probe_.Connect();
  probe_.WriteAp(0, 4, 0x20001234);
  board_.faults().swd_parity_ppm = 1'000'000;
  uint32_t data = 0;
  EXPECT_EQ(ReadDpidr(data), Ack::kParity);
  EXPECT_NE(data, 0x6BA02477u);
  data = 0x20005678;
  EXPECT_EQ(probe_.Ap(4, false, data), Ack::kOk);
  board_.faults().swd_parity_ppm = 0;
  EXPECT_NE(probe_.ReadDp(4) & 1 << 7, 0u);  // WDATAERR
  probe_.WriteDp(0, 8);
  EXPECT_EQ(probe_.ReadAp(0, 4), 0x20001234u);
}

TEST_F(SerialWire, RatesAreMetAndRepeatWithTheirSeed) {
  const auto drawn = [](uint64_t seed) {
    BoardProgram program(kLoop);
    Probe probe(program.board);
    probe.Connect();
    program.board.faults().swd_wait_ppm = 10'000;
    program.board.faults().swd_seed = seed;
    std::vector<int> waits;
    for (int i = 0; i < 20'000; ++i) {
      uint32_t data = 0;
      if (probe.Ap(0, true, data) == Ack::kWait) waits.push_back(i);
    }
    return waits;
  };
  const std::vector<int> first = drawn(1);
  EXPECT_NEAR(static_cast<double>(first.size()), 200, 60);
  EXPECT_EQ(drawn(1), first);
  EXPECT_NE(drawn(2), first);
}

TEST_F(SerialWire, APulledProbeAnswersNothingUntilPluggedIn) {
  probe_.Connect();
  board_.faults().probe_pull = 2;
  uint32_t data = 0;
  EXPECT_EQ(ReadDpidr(data), Ack::kOk);
  EXPECT_EQ(ReadDpidr(data), Ack::kOk);
  EXPECT_EQ(ReadDpidr(data), Ack::kNone);
  EXPECT_TRUE(probe_.wire.pulled());
  const uint64_t transfers = probe_.wire.counters().transfers;
  EXPECT_EQ(ReadDpidr(data), Ack::kNone);
  EXPECT_EQ(probe_.wire.counters().transfers, transfers);
  probe_.wire.PlugIn();
  EXPECT_EQ(ReadDpidr(data), Ack::kNone);
  probe_.Connect();
}

TEST_F(SerialWire, APowerCutMakesTheDebugPortForget) {
  probe_.Connect();
  board_.CutPowerAt(board_.now() + 10'000);
  uint32_t data = 0;
  int answered = 0;
  while (ReadDpidr(data) == Ack::kOk && answered < 1000) ++answered;
  EXPECT_GT(answered, 5);
  EXPECT_LT(answered, 20);  // 10,000 cycles of 50 ns at 46 us each
  probe_.Connect();
  probe_.wire.StayOff();
  EXPECT_EQ(ReadDpidr(data), Ack::kNone);
  board_.PowerOn();
  probe_.Connect();
}

TEST_F(SerialWire, CallsAtACycle) {
  probe_.Connect();
  const sim::Cycle due = board_.now() + 5'000;
  sim::Cycle called = 0;
  probe_.wire.CallAt(due, [&] {
    called = board_.now();
    return sim::kNever;
  });
  probe_.wire.Idle(1'000'000);
  EXPECT_GE(called, due);
  EXPECT_LT(called, due + 100);
}

TEST_F(SerialWire, FlashOperationsGoOnWhileTheCoreStands) {
  probe_.Connect();
  probe_.Write(kDhcsr, kDbgkey | 3);
  const uint8_t old[4] = {1, 2, 3, 4};
  board_.Load(0x08100000, old, 4);
  probe_.Write(0x40009068, 1 << 16);  // CLKEN1_SET: MSC
  probe_.Write(0x4003003C, 0x1B71);   // LOCK
  probe_.Write(0x4003000C, 1);        // WRITECTRL.WREN
  probe_.Write(0x40030014, 0x08100000);
  probe_.Write(0x40030010, 2);  // ERASEPAGE
  EXPECT_EQ(probe_.Read(0x4003001C) & 1, 1u);
  probe_.wire.Idle(20'000'000);
  EXPECT_EQ(probe_.Read(0x4003001C) & 1, 0u);
  EXPECT_EQ(probe_.Read(0x08100000), 0xFFFFFFFFu);
}

TEST_F(SerialWire, SystickStandsInDebugState) {
  probe_.Connect();
  probe_.Write(0xE000E014, 0xFFFFFF);
  probe_.Write(0xE000E018, 0);
  probe_.Write(0xE000E010, 5);
  probe_.Write(kDhcsr, kDbgkey | 3);
  const uint32_t count = probe_.Read(0xE000E018);
  probe_.wire.Idle(1'000'000);
  EXPECT_EQ(probe_.Read(0xE000E018), count);
  probe_.Write(kDhcsr, kDbgkey | 1);
  EXPECT_LT(probe_.Read(0xE000E018), count);
}

TEST_F(SerialWire, TheResetPinHoldsTheCore) {
  probe_.Connect();
  probe_.Read(kDhcsr);  // clears S_RESET_ST
  probe_.wire.HoldReset(true);
  const uint32_t count = probe_.Read(0x20003000);
  probe_.wire.Idle(1'000'000);
  EXPECT_EQ(probe_.Read(0x20003000), count);
  EXPECT_NE(probe_.ReadDhcsr() & kSResetSt, 0u);
  probe_.Write(kDhcsr, kDbgkey | 1);
  probe_.Write(kDemcr, 1);  // VC_CORERESET
  probe_.wire.HoldReset(false);
  EXPECT_NE(probe_.ReadDhcsr() & kSHalt, 0u);
  EXPECT_EQ(probe_.Read(kDfsr) & 0x1F, 8u);  // VCATCH
  EXPECT_EQ(probe_.Register(15), program_.Symbol("start"));
}
