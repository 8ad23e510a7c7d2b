// Two operands of one shape after broadcasting.
#include "kernels/reference/broadcast.h"

namespace kernels {
namespace reference {
namespace {

// Size of dimension `d`, counted in a shape of `rank` dimensions at the end of which `shape` stands.
int32_t SizeOf(const tflite::RuntimeShape& shape, int32_t rank, int32_t d) {
  const int32_t own = d - (rank - shape.DimensionsCount());
  return own < 0 ? 1 : shape.Dims(own);
}

// Appends a dimension on the inside, or lets the innermost one grow where both operands go on through it.
void Append(Broadcast* broadcast, int32_t size, int32_t step1, int32_t step2) {
  if (broadcast->rank > 0) {
    const int32_t d = broadcast->rank - 1;
    if (broadcast->steps1[d] == step1 * size && broadcast->steps2[d] == step2 * size) {
      broadcast->sizes[d] *= size;
      broadcast->steps1[d] = step1;
      broadcast->steps2[d] = step2;
      return;
    }
  }
  broadcast->sizes[broadcast->rank] = size;
  broadcast->steps1[broadcast->rank] = step1;
  broadcast->steps2[broadcast->rank] = step2;
  ++broadcast->rank;
}

}  // namespace

bool FindBroadcast(const tflite::RuntimeShape& input1, const tflite::RuntimeShape& input2,
                   const tflite::RuntimeShape& output, Broadcast* broadcast) {
  const int32_t rank = output.DimensionsCount();
  const int32_t rank1 = input1.DimensionsCount();
  const int32_t rank2 = input2.DimensionsCount();
  if (rank != (rank1 > rank2 ? rank1 : rank2)) return false;
  int32_t left1 = input1.FlatSize();
  int32_t left2 = input2.FlatSize();
  *broadcast = {};
  for (int32_t d = 0; d < rank; ++d) {
    const int32_t size1 = SizeOf(input1, rank, d);
    const int32_t size2 = SizeOf(input2, rank, d);
    const int32_t size = size1 == 1 ? size2 : size1;
    if ((size2 != size && size2 != 1) || output.Dims(d) != size) return false;
    left1 /= size1;
    left2 /= size2;
    if (size == 1) continue;
    Append(broadcast, size, size1 == 1 ? 0 : left1, size2 == 1 ? 0 : left2);
  }
  if (broadcast->rank == 0) Append(broadcast, 1, 0, 0);
  return true;
}

}  // namespace reference
}  // namespace kernels
