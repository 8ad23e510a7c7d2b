// Check of one tensor by itself: type, shape, buffer, quantization.
#include <cmath>

#include "graph_checker.h"
#include "tensor_size.h"
#include "tensorflow/lite/kernels/internal/types.h"

namespace earshot {
namespace {

class TensorChecker {
 public:
  TensorChecker(const tflite::Model& model, const tflite::Tensor& tensor, uint32_t index,
                Complaint& complaint)
      : model_(model), tensor_(tensor), index_(index), complaint_(complaint) {}

  bool Check() { return Storage() && Shape() && Data() && Quantization(); }

 private:
  bool Storage();
  bool Shape();
  bool Data();
  bool Quantization();
  bool ZeroPoints(const flatbuffers::Vector<int64_t>& zero_points);
  bool ChannelCount(uint32_t scales);
  bool Complain(const char* why) { return complaint_.Add("tensor ").Add(index_).Add(why).Refuse(); }

  const tflite::Model& model_;
  const tflite::Tensor& tensor_;
  uint32_t index_;
  Complaint& complaint_;
  size_t bytes_ = 0;
};

bool TensorChecker::Storage() {
  if (ElementType(tensor_.type()) == kTfLiteNoType) {
    complaint_.Add("tensor ").Add(index_).Add(" has element type ").Add(tensor_.type());
    return complaint_.Add(", which is not supported").Refuse();
  }
  if (tensor_.is_variable()) return Complain(" is a variable: not supported");
  if (tensor_.sparsity() != nullptr) return Complain(" is sparse: not supported");
  if (tensor_.external_buffer() != 0) return Complain(" keeps its data outside the file: not supported");
  if (tensor_.buffer() >= model_.buffers()->size()) return Complain(" has a buffer that does not exist");
  // Offsets 0 and 1 are placeholders that converters leave behind.
  if (model_.buffers()->Get(tensor_.buffer())->offset() > 1) {
    return Complain(" keeps its data outside the FlatBuffer: not supported");
  }
  return true;
}

bool TensorChecker::Shape() {
  const flatbuffers::Vector<int32_t>* shape = tensor_.shape();
  const uint32_t rank = shape == nullptr ? 0 : shape->size();
  if (rank > static_cast<uint32_t>(tflite::RuntimeShape::kMaxDimensions)) {
    return complaint_.Add("tensor ")
        .Add(index_)
        .Add(" has ")
        .Add(rank)
        .Add(" dimensions, at most 6")
        .Refuse();
  }
  int64_t bytes = static_cast<int64_t>(ElementBytes(ElementType(tensor_.type())));
  for (uint32_t i = 0; i < rank; ++i) {
    if (shape->Get(i) < 0) return Complain(" has a dynamic shape: only static shapes are supported");
    if (shape->Get(i) == 0) return Complain(" has no elements");
    bytes *= shape->Get(i);
    if (bytes > INT32_MAX) return Complain(" is larger than 2 GiB");
  }
  bytes_ = static_cast<size_t>(bytes);
  return true;
}

bool TensorChecker::Data() {
  const uint8_t* data = ConstantData(model_, tensor_);
  if (data == nullptr) return true;
  const uint32_t present = model_.buffers()->Get(tensor_.buffer())->data()->size();
  if (present != bytes_) {
    complaint_.Add("tensor ").Add(index_).Add(" needs ").Add(static_cast<int64_t>(bytes_));
    return complaint_.Add(" bytes of data, its buffer has ").Add(present).Refuse();
  }
  const size_t element_bytes = ElementBytes(ElementType(tensor_.type()));
  if (reinterpret_cast<uintptr_t>(data) % (element_bytes < 4 ? element_bytes : 4) != 0) {
    return Complain(" has data that are not aligned");
  }
  return true;
}

bool TensorChecker::Quantization() {
  const tflite::QuantizationParameters* quantization = tensor_.quantization();
  if (quantization == nullptr) return true;
  if (quantization->details_type() != 0) return Complain(" has a custom quantization: not supported");
  const flatbuffers::Vector<float>* scale = quantization->scale();
  if (scale == nullptr || scale->size() == 0) return true;
  if (quantization->zero_point() == nullptr || quantization->zero_point()->size() != scale->size()) {
    return Complain(" does not have as many zero points as scales");
  }
  for (uint32_t i = 0; i < scale->size(); ++i) {
    if (!std::isfinite(scale->Get(i)) || scale->Get(i) < 0.0f)
      return Complain(" has a scale that is no scale");
  }
  return ChannelCount(scale->size()) && ZeroPoints(*quantization->zero_point());
}

bool TensorChecker::ChannelCount(uint32_t scales) {
  if (scales == 1) return true;
  const int32_t dimension = tensor_.quantization()->quantized_dimension();
  const flatbuffers::Vector<int32_t>* shape = tensor_.shape();
  const bool exists = shape != nullptr && dimension >= 0 && static_cast<uint32_t>(dimension) < shape->size();
  if (exists && static_cast<uint32_t>(shape->Get(static_cast<uint32_t>(dimension))) == scales) return true;
  return Complain(" does not have one scale per channel");
}

bool TensorChecker::ZeroPoints(const flatbuffers::Vector<int64_t>& zero_points) {
  int64_t low = INT32_MIN;
  int64_t high = INT32_MAX;
  if (tensor_.type() == tflite::TensorType_INT8) {
    low = INT8_MIN;
    high = INT8_MAX;
  }
  for (uint32_t i = 0; i < zero_points.size(); ++i) {
    if (zero_points.Get(i) < low || zero_points.Get(i) > high)
      return Complain(" has a zero point out of range");
  }
  return true;
}

}  // namespace

bool CheckTensor(const tflite::Model& model, const tflite::Tensor& tensor, uint32_t index,
                 Complaint& complaint) {
  return TensorChecker(model, tensor, index, complaint).Check();
}

}  // namespace earshot
