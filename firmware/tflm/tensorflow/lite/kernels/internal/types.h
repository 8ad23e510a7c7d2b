// A tensor's dimensions as kernels handle them.
#pragma once

#include <cstdint>

namespace tflite {

// Up to kMaxDimensions sizes; a scalar has none.
class RuntimeShape {
 public:
  static constexpr int kMaxDimensions = 6;

  RuntimeShape() = default;
  RuntimeShape(int dimensions_count, const int32_t* dims_data) : size_(dimensions_count) {
    for (int i = 0; i < size_; ++i) dims_[i] = dims_data[i];
  }

  int32_t DimensionsCount() const { return size_; }
  int32_t Dims(int i) const { return dims_[i]; }
  const int32_t* DimsData() const { return dims_; }

  // Number of elements; the model verifier bounds it to what int can hold.
  int FlatSize() const {
    int elements = 1;
    for (int i = 0; i < size_; ++i) elements *= dims_[i];
    return elements;
  }

  bool operator==(const RuntimeShape& other) const {
    if (size_ != other.size_) return false;
    for (int i = 0; i < size_; ++i) {
      if (dims_[i] != other.dims_[i]) return false;
    }
    return true;
  }
  bool operator!=(const RuntimeShape& other) const { return !(*this == other); }

 private:
  int32_t size_ = 0;
  int32_t dims_[kMaxDimensions] = {};
};

}  // namespace tflite
