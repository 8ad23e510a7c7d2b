// Rows of int8 weights times inputs, which are widened to 16 bits once; then four rows per pass.
#include "kernels/fast/weight_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "four_rows.h"
#include "kernels/weight_order.h"

namespace kernels::fast {
namespace {

void AddOne(int32_t weight, int32_t input, int32_t& sum) {
  sum = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(weight * input));
}

// What is left of four rows, the first one `unit`, behind the last whole step. first: of row 0. Not given a
// WeightRows, as that would have to be in memory then.
template <WeightOrder order>
[[gnu::noinline]] FourSums AddRest(const int8_t* first, int32_t unit, ptrdiff_t depth, const int8_t* inputs,
                                   int32_t input_offset, FourSums sums) {
  const int8_t* weights = first + unit * depth;
  constexpr int32_t kStep = order == WeightOrder::kRows ? 1 : 2;
  const int8_t* second = weights + (order == WeightOrder::kRows ? depth : 1);
  for (ptrdiff_t d = depth - depth % kElementsPerStep; d < depth; ++d) {
    const int32_t input = inputs[d] + input_offset;
    AddOne(weights[d * kStep], input, sums.a);
    AddOne(second[d * kStep], input, sums.b);
    AddOne(weights[2 * depth + d * kStep], input, sums.c);
    AddOne(second[2 * depth + d * kStep], input, sums.d);
  }
  return sums;
}

// Sums of `unit` to `unit` + 3. In pairs of rows `unit` is even.
template <WeightOrder order>
[[gnu::always_inline]] inline FourSums SumFour(const WeightRows& rows, const int8_t* inputs,
                                               const Inputs& widened, int32_t unit) {
  const int8_t* const weights = rows.weights + static_cast<ptrdiff_t>(unit) * rows.depth;
  FourSums sums = FirstSums(rows.bias, unit);
  if constexpr (order == WeightOrder::kRows) {
    AddFourRows(weights, rows.depth, widened, sums);
  } else {
    AddTwoRowPairs(weights, rows.depth, widened, sums);
  }
  return rows.depth % kElementsPerStep == 0
             ? sums
             : AddRest<order>(rows.weights, unit, rows.depth, inputs, rows.input_offset, sums);
}

void Store(uint32_t packed, int8_t* outputs) { std::memcpy(outputs, &packed, sizeof(packed)); }

template <WeightOrder order>
[[gnu::always_inline]] inline void Multiply(const WeightRows& rows, const int8_t* inputs,
                                            const Inputs& widened, int8_t* outputs) {
  const int32_t last = rows.units - kChannelsPerPass;
  // The last pass computes some outputs once more where the units are no multiple of four.
  for (int32_t next = 0; next < last + kChannelsPerPass; next += kChannelsPerPass) {
    const int32_t unit = std::min(next, last);
    const FourSums sums = SumFour<order>(rows, inputs, widened, unit);
    const uint32_t packed = Requantize(rows.by, FactorsFrom(rows.by, unit), sums);
    Store(packed, outputs + unit);
  }
}

// Sums of `unit` to `unit` + 3 with either vector.
struct TwoSums {
  FourSums first;
  FourSums second;
};

[[gnu::always_inline]] inline TwoSums SumFourTwice(const WeightRows& rows, const Inputs& widened,
                                                   int32_t unit) {
  const FourSums bias = FirstSums(rows.bias, unit);
  const int8_t* weights = rows.weights + static_cast<ptrdiff_t>(unit) * rows.depth;
  FourSums pairs[2] = {{bias.a, bias.a, bias.b, bias.b}, {bias.c, bias.c, bias.d, bias.d}};
  for (FourSums& sums : pairs) {
    AddTwoRowsTwice(weights, rows.depth, widened, sums);
    weights += 2 * static_cast<ptrdiff_t>(rows.depth);
  }
  return {{pairs[0].a, pairs[0].c, pairs[1].a, pairs[1].c}, {pairs[0].b, pairs[0].d, pairs[1].b, pairs[1].d}};
}

}  // namespace

void WidenOneOfTwo(const WeightRows& rows, const int8_t* inputs, int32_t which, int16_t* widened) {
  WidenForTwo(inputs, rows.depth / kElementsPerStep, rows.input_offset, widened + which * kElementsPerStep);
}

[[gnu::hot]] void MultiplyRowsByTwo(const WeightRows& given, const int16_t* widened, int8_t* outputs) {
  const WeightRows rows = given;
  const Inputs inputs = TwoInputsOf(widened, rows.depth / kElementsPerStep);
  const int32_t last = rows.units - kChannelsPerPass;
  for (int32_t next = 0; next < last + kChannelsPerPass; next += kChannelsPerPass) {
    const int32_t unit = std::min(next, last);
    const TwoSums sums = SumFourTwice(rows, inputs, unit);
    const FourFactors factors = FactorsFrom(rows.by, unit);
    Store(Requantize(rows.by, factors, sums.first), outputs + unit);
    Store(Requantize(rows.by, factors, sums.second), outputs + rows.units + unit);
  }
}

[[gnu::hot]] void MultiplyRows(const WeightRows& given, const int8_t* inputs, int16_t* widened,
                               int8_t* outputs) {
  const WeightRows rows = given;  // which the outputs do not alias
  const int32_t steps = rows.depth / kElementsPerStep;
  WidenForRows(inputs, steps, rows.input_offset, widened);
  Multiply<WeightOrder::kRows>(rows, inputs, InputsOf(widened, steps), outputs);
}

[[gnu::hot]] void MultiplyRowPairs(const WeightRows& given, const int8_t* inputs, int16_t* widened,
                                   int8_t* outputs) {
  const WeightRows rows = given;
  const int32_t steps = rows.depth / kElementsPerStep;
  WidenForRowPairs(inputs, steps, rows.input_offset, widened);
  Multiply<WeightOrder::kRowPairs>(rows, inputs, InputsOf(widened, steps), outputs);
}

}  // namespace kernels::fast
