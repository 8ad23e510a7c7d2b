// Blocks, rests and launches of the fast programs.
#include "kernels/mvp/fast_geometry.h"

#include <algorithm>

#include "mvp/program_limits.h"

namespace kernels::mvp {
namespace {

using ::mvp::kMaxCount;
using ::mvp::kMaxStride;

constexpr uint32_t kLargestBlock = 32;          // beyond, sums grow and round coarsely
constexpr uint32_t kMaxBlocks = kMaxCount - 1;  // one more holds the rest
static_assert(kMaxBlocks * kLargestBlock == kMaxFastElements);
constexpr uint32_t kShortRow = 32;
constexpr uint32_t kSmallestBlock = 16;  // below, a block's own instruction costs too much

// The size of block that leaves the smallest rest; of several, the largest. Where all products of an output
// go through one lane, short rows are cut smaller, or they would round more often than the two lanes of a
// pair.
uint32_t BlockFor(uint32_t elements, FastLanes lanes) {
  if (lanes == FastLanes::kTwoRows && elements > 1 && elements <= kShortRow) {
    return elements <= kSmallestBlock ? 2 : elements / 2;
  }
  if (elements <= kLargestBlock) return elements;
  const uint32_t smallest = std::max(kSmallestBlock, (elements + kMaxBlocks - 1) / kMaxBlocks);
  uint32_t best = kLargestBlock;
  for (uint32_t block = kLargestBlock; block >= smallest; --block) {
    if (elements % block < elements % best) best = block;
  }
  return best;
}

// Rows are one stride apart, or lie densely in blocks, or need an address each.
uint32_t RowsPerLaunch(const FastGeometry& g) {
  if (g.elements <= kMaxStride) return std::min(g.rows, kMaxCount);
  return g.rest == 0 ? std::min(g.rows, kMaxCount / g.blocks) : 1;
}

}  // namespace

FastLanes FastLanesOf(uint32_t depth, WeightOrder order) {
  if (order == WeightOrder::kRowPairs) return FastLanes::kTwoRows;
  return depth % 2 == 0 ? FastLanes::kPairs : FastLanes::kScalars;
}

uint32_t MaxFastDepth(uint32_t depth, WeightOrder order) {
  return FastLanesOf(depth, order) == FastLanes::kPairs ? 2 * kMaxFastElements : kMaxFastElements;
}

FastGeometry PlanFast(uint32_t depth, uint32_t outputs, WeightOrder order) {
  FastGeometry g{};
  g.lanes = FastLanesOf(depth, order);
  g.depth = depth;
  g.rows = outputs / g.outputs_per_row();
  g.elements = g.lanes == FastLanes::kPairs ? depth / 2 : depth;
  g.block = BlockFor(g.elements, g.lanes);
  g.blocks = g.block < 2 ? 0 : g.elements / g.block;
  g.rest = g.elements - g.blocks * g.block;
  g.rows_per_launch = RowsPerLaunch(g);
  return g;
}

}  // namespace kernels::mvp
