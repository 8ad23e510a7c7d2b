// Where the launches of the prescale program read and write.
#include "kernels/mvp/prescale_program.h"

#include "gtest/gtest.h"

namespace kernels::mvp {
namespace {

// Scratch and input are touched where they exist, but for the two bytes that the header allows.
TEST(PrescaleLaunches, CoverTheInput) {
  for (uint32_t depth = 1; depth <= 5000; ++depth) {
    for (const WeightOrder order : {WeightOrder::kRows, WeightOrder::kRowPairs}) {
      const FastGeometry g = PlanFast(depth, 2, order);
      uint32_t words = 0;
      for (uint32_t i = 0; i < PrescaleLaunches(g); ++i) {
        const PrescaleLaunch launch = PrescaleLaunchAt(g, i);
        ASSERT_EQ(launch.first_element % 2, 0u);
        ASSERT_LE(2 * launch.first_element + 4 * launch.iterations, ScratchBytes(g)) << depth;
        words += launch.iterations;
      }
      ASSERT_GE(4 * words, ScratchBytes(g)) << depth;
    }
  }
}

}  // namespace
}  // namespace kernels::mvp
