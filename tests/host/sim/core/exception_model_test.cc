// Arbitration without a board: groups, masks, lines.
#include "host/sim/core/exception_model.h"

#include <gtest/gtest.h>

using namespace sim;

namespace {

class ExceptionModelTest : public testing::Test {
 protected:
  ExceptionModelTest() { exceptions.Reset(); }
  ExceptionModel exceptions;
};

}  // namespace

TEST_F(ExceptionModelTest, LowestPriorityNumberThenLowestException) {
  for (unsigned irq : {5u, 7u, 9u}) {
    exceptions.set_enabled(kFirstIrq + irq, true);
    exceptions.set_priority(kFirstIrq + irq, 0x40);
    exceptions.Pend(kFirstIrq + irq);
  }
  EXPECT_EQ(exceptions.HighestPending(), kFirstIrq + 5);
  exceptions.set_priority(kFirstIrq + 9, 0x30);
  EXPECT_EQ(exceptions.HighestPending(), kFirstIrq + 9);
  exceptions.Pend(kNmi);
  exceptions.Pend(kHardFault);
  EXPECT_EQ(exceptions.HighestPending(), unsigned{kNmi});
}

TEST_F(ExceptionModelTest, DisabledOnesWait) {
  exceptions.Pend(kFirstIrq);
  EXPECT_EQ(exceptions.HighestPending(), 0u);
  exceptions.Pend(kBusFault);
  EXPECT_EQ(exceptions.HighestPending(), 0u);
}

TEST_F(ExceptionModelTest, ExecutionPriority) {
  EXPECT_EQ(exceptions.ExecutionPriority({}), kLowestPriority);
  EXPECT_EQ(exceptions.ExecutionPriority({true, false, 0}), 0);
  EXPECT_EQ(exceptions.ExecutionPriority({false, true, 0}), -1);
  EXPECT_EQ(exceptions.ExecutionPriority({false, false, 0x5F}), 0x50);
  exceptions.set_priority(kSvCall, 0x70);
  exceptions.Activate(kSvCall);
  EXPECT_EQ(exceptions.ExecutionPriority({}), 0x70);
  exceptions.set_prigroup(6);  // only bit 7 preempts
  EXPECT_EQ(exceptions.ExecutionPriority({}), 0);
  exceptions.set_prigroup(7);  // nothing preempts
  exceptions.set_enabled(kFirstIrq, true);
  exceptions.Pend(kFirstIrq);
  EXPECT_EQ(exceptions.Next(exceptions.ExecutionPriority({})), 0u);
}

TEST_F(ExceptionModelTest, LinesPendOnceAndAgainAtTheEndIfStillUp) {
  InterruptLines lines;
  exceptions.set_enabled(kFirstIrq + 15, true);
  lines.Set(15, true);
  exceptions.Sample(lines);
  EXPECT_TRUE(exceptions.pending(kFirstIrq + 15));
  exceptions.Activate(kFirstIrq + 15);
  exceptions.Sample(lines);
  EXPECT_FALSE(exceptions.pending(kFirstIrq + 15));
  exceptions.Deactivate(kFirstIrq + 15);
  EXPECT_TRUE(exceptions.pending(kFirstIrq + 15));
  exceptions.Unpend(kFirstIrq + 15);  // the line is up: stays
  EXPECT_TRUE(exceptions.pending(kFirstIrq + 15));
  lines.Set(15, false);
  exceptions.Sample(lines);
  EXPECT_TRUE(exceptions.pending(kFirstIrq + 15));  // latched
  exceptions.Unpend(kFirstIrq + 15);
  EXPECT_FALSE(exceptions.pending(kFirstIrq + 15));
}

TEST_F(ExceptionModelTest, NamesForPeople) {
  EXPECT_EQ(ExceptionName(3), "HardFault");
  EXPECT_EQ(ExceptionName(16 + 15), "IRQ15");
  EXPECT_EQ(ExceptionName(16), "IRQ0");
  EXPECT_EQ(ExceptionName(500), "nonsense");
}
