// The generator against numbers that are published for it.
#include "host/sim/peripherals/split_mix.h"

#include "gtest/gtest.h"

namespace sim {
namespace {

// The first five numbers from seed 1234567, as Rosetta Code lists them ("Pseudo-random numbers/Splitmix64").
TEST(SplitMixTest, PublishedNumbers) {
  uint64_t state = 1234567;
  for (const uint64_t expected : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                  4593380528125082431u, 16408922859458223821u}) {
    EXPECT_EQ(SplitMix(state), expected);
    state += kSplitMixStep;
  }
}

}  // namespace
}  // namespace sim
