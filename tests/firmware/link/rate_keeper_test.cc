// How long a raised baud rate holds.
#include "link/rate_keeper.h"

#include <gtest/gtest.h>

#include "fake_device.h"

namespace {

class RateKeeperTest : public testing::Test {
 protected:
  link_test::FakeRate line_;
  link_test::FakeClock clock_;
  serial_link::RateKeeper keeper_{line_, clock_};
};

TEST_F(RateKeeperTest, GoodFramesKeepTheRate) {
  keeper_.Switch(921600);
  for (int second = 0; second < 100; ++second) {
    clock_.Pass(2999);
    keeper_.Check();
    ASSERT_EQ(line_.baud(), 921600u);
    keeper_.OnGoodFrame();
  }
}

TEST_F(RateKeeperTest, SilenceEndsIt) {
  keeper_.Switch(921600);
  clock_.Pass(3000);
  keeper_.Check();
  EXPECT_EQ(line_.baud(), 115200u);
}

TEST_F(RateKeeperTest, FramingErrorsEndIt) {
  line_.errors = 50;
  keeper_.Switch(921600);
  line_.errors += 9;
  keeper_.Check();
  EXPECT_EQ(line_.baud(), 921600u);
  line_.errors += 1;
  keeper_.Check();
  EXPECT_EQ(line_.baud(), 115200u);
}

TEST_F(RateKeeperTest, NothingEndsTheFirstRate) {
  line_.errors = 50;
  clock_.Pass(60'000);
  keeper_.Check();
  EXPECT_EQ(line_.switches, 0);
}

}  // namespace
