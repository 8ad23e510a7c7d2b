// In which order the elements of a constant weight tensor lie in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace kernels {

enum class WeightOrder : uint8_t {
  kRows = 0,      // [outputs][depth], as converters write it
  kRowPairs = 1,  // [outputs / 2][depth][2]: the two rows of a pair alternate, element by element
};

// The tensors of a model that are in row pairs, all others being in rows: a view of little-endian uint32
// indices, ascending, at any address, `count` of them, which outlive the view.
class WeightOrders {
 public:
  WeightOrders() = default;
  WeightOrders(const uint8_t* row_pairs, uint32_t count) : row_pairs_(row_pairs), count_(count) {}

  WeightOrder Of(int tensor) const {
    const auto wanted = static_cast<uint32_t>(tensor);
    uint32_t first = 0;
    for (uint32_t count = count_; count > 0;) {
      const uint32_t half = count / 2;
      const uint32_t middle = row_pair(first + half);
      if (middle == wanted) return WeightOrder::kRowPairs;
      first += middle < wanted ? half + 1 : 0;
      count = middle < wanted ? count - half - 1 : half;
    }
    return WeightOrder::kRows;
  }

  uint32_t count() const { return count_; }
  uint32_t row_pair(uint32_t i) const {
    uint32_t tensor = 0;
    std::memcpy(&tensor, row_pairs_ + sizeof(tensor) * size_t{i}, sizeof(tensor));
    return tensor;
  }

 private:
  const uint8_t* row_pairs_ = nullptr;
  uint32_t count_ = 0;
};

}  // namespace kernels
