// Element types and sizes of tensors.
#include "tensor_size.h"

namespace earshot {

TfLiteType ElementType(tflite::TensorType type) {
  switch (type) {
    case tflite::TensorType_FLOAT32:
      return kTfLiteFloat32;
    case tflite::TensorType_FLOAT16:
      return kTfLiteFloat16;
    case tflite::TensorType_FLOAT64:
      return kTfLiteFloat64;
    case tflite::TensorType_INT64:
      return kTfLiteInt64;
    case tflite::TensorType_INT32:
      return kTfLiteInt32;
    case tflite::TensorType_INT16:
      return kTfLiteInt16;
    case tflite::TensorType_INT8:
      return kTfLiteInt8;
    case tflite::TensorType_UINT8:
      return kTfLiteUInt8;
    case tflite::TensorType_BOOL:
      return kTfLiteBool;
    default:
      return kTfLiteNoType;
  }
}

size_t ElementBytes(TfLiteType type) {
  switch (type) {
    case kTfLiteInt64:
    case kTfLiteFloat64:
      return 8;
    case kTfLiteFloat32:
    case kTfLiteInt32:
      return 4;
    case kTfLiteFloat16:
    case kTfLiteInt16:
      return 2;
    case kTfLiteInt8:
    case kTfLiteUInt8:
    case kTfLiteBool:
      return 1;
    default:
      return 0;
  }
}

size_t TensorBytes(const TfLiteEvalTensor& tensor) {
  size_t bytes = ElementBytes(tensor.type);
  for (int i = 0; i < tensor.dims->size; ++i) bytes *= static_cast<size_t>(tensor.dims->data[i]);
  return bytes;
}

const uint8_t* ConstantData(const tflite::Model& model, const tflite::Tensor& tensor) {
  const flatbuffers::Vector<uint8_t>* data = model.buffers()->Get(tensor.buffer())->data();
  return data == nullptr || data->size() == 0 ? nullptr : data->Data();
}

}  // namespace earshot
