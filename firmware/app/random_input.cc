// Fills a tensor from xorshift32.
#include "app/random_input.h"

#include <cstring>

namespace app {
namespace {

class Xorshift32 {
 public:
  explicit Xorshift32(uint32_t seed) : state_((seed ^ 0x9E3779B9) != 0 ? seed ^ 0x9E3779B9 : 1) {}

  uint32_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }

 private:
  uint32_t state_;
};

}  // namespace

void FillRandom(TfLiteTensor& tensor, uint32_t seed) {
  Xorshift32 random(seed);
  switch (tensor.type) {
    case kTfLiteInt8:
    case kTfLiteUInt8:
      for (size_t i = 0; i < tensor.bytes; ++i)
        tensor.data.uint8[i] = static_cast<uint8_t>(random.Next() >> 24);
      return;
    case kTfLiteFloat32:
      for (size_t i = 0; i < tensor.bytes / sizeof(float); ++i) {
        tensor.data.f[i] = static_cast<float>(random.Next() >> 8) / 131072.0f - 64.0f;
      }
      return;
    default:
      std::memset(tensor.data.raw, 0, tensor.bytes);
  }
}

}  // namespace app
