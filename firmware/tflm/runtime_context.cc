// The interpreter's side of MicroContext.
#include "runtime_context.h"

#include "tensor_size.h"
#include "tensorflow/lite/micro/micro_log.h"

namespace earshot {
namespace {

// A FlatBuffers vector of int32 has the layout of TfLiteIntArray; the verifier has checked its alignment.
// Nobody writes through the result: the interface is older than its const.
TfLiteIntArray* DimsOf(const tflite::Tensor& tensor) {
  static constexpr int kScalar[] = {0};
  const void* shape = tensor.shape();
  return static_cast<TfLiteIntArray*>(const_cast<void*>(shape == nullptr ? kScalar : shape));
}

RuntimeContext* ContextOf(const TfLiteContext* context) {
  return static_cast<RuntimeContext*>(context->impl_);
}

void ReportError(TfLiteContext*, const char* format, ...) {
  va_list args;
  va_start(args, format);
  VMicroPrintf(format, args);
  va_end(args);
}

TfLiteTensor* GetTensor(const TfLiteContext* context, int tensor_idx) {
  return ContextOf(context)->AllocateTempTfLiteTensor(tensor_idx);
}

TfLiteEvalTensor* GetEvalTensor(const TfLiteContext* context, int tensor_idx) {
  return ContextOf(context)->GetEvalTensor(tensor_idx);
}

void* AllocatePersistentBuffer(TfLiteContext* context, size_t bytes) {
  return ContextOf(context)->AllocatePersistentBuffer(bytes);
}

TfLiteStatus RequestScratchBufferInArena(TfLiteContext* context, size_t bytes, int* buffer_idx) {
  return ContextOf(context)->RequestScratchBufferInArena(bytes, buffer_idx);
}

void* GetScratchBuffer(TfLiteContext* context, int buffer_idx) {
  return ContextOf(context)->GetScratchBuffer(buffer_idx);
}

}  // namespace

RuntimeContext::RuntimeContext(const tflite::Model* model, Arena& arena) : model_(model), arena_(arena) {
  c_context_.impl_ = static_cast<tflite::MicroContext*>(this);
  c_context_.ReportError = ReportError;
  c_context_.GetTensor = earshot::GetTensor;
  c_context_.GetEvalTensor = earshot::GetEvalTensor;
  c_context_.AllocatePersistentBuffer = earshot::AllocatePersistentBuffer;
  c_context_.RequestScratchBufferInArena = earshot::RequestScratchBufferInArena;
  c_context_.GetScratchBuffer = earshot::GetScratchBuffer;
}

void* RuntimeContext::AllocatePersistentBuffer(size_t bytes) {
  return node_index_ < 0 ? nullptr : arena_.AllocatePersistent(bytes);
}

TfLiteStatus RuntimeContext::RequestScratchBufferInArena(size_t bytes, int* buffer_index) {
  if (node_index_ < 0) return kTfLiteError;
  auto* request = arena_.AllocatePersistentArray<ScratchBuffer>(1);
  if (request == nullptr) return kTfLiteError;
  *request = {scratch_buffers_, nullptr, bytes, node_index_};
  scratch_buffers_ = request;
  *buffer_index = static_cast<int>(scratch_buffer_count_++);
  return kTfLiteOk;
}

void* RuntimeContext::GetScratchBuffer(int buffer_index) {
  if (buffer_index < 0 || static_cast<size_t>(buffer_index) >= scratch_buffer_count_) return nullptr;
  const ScratchBuffer* buffer = scratch_buffers_;
  for (size_t i = scratch_buffer_count_ - 1; i > static_cast<size_t>(buffer_index); --i)
    buffer = buffer->next;
  return buffer->data;
}

TfLiteTensor* RuntimeContext::AllocateTempTfLiteTensor(int tensor_index) {
  if (node_index_ < 0 || GetEvalTensor(tensor_index) == nullptr) return nullptr;
  auto* tensor = arena_.AllocateTemporaryArray<TfLiteTensor>(1);
  return tensor != nullptr && DescribeTensor(tensor_index, false, tensor) ? tensor : nullptr;
}

uint8_t* RuntimeContext::AllocateTempBuffer(size_t size, size_t alignment) {
  return node_index_ < 0 ? nullptr : static_cast<uint8_t*>(arena_.AllocateTemporary(size, alignment));
}

[[gnu::hot]] TfLiteEvalTensor* RuntimeContext::GetEvalTensor(int tensor_index) {
  if (tensor_index < 0 || static_cast<size_t>(tensor_index) >= tensor_count_) return nullptr;
  return &tensors_[tensor_index];
}

TfLiteStatus RuntimeContext::set_external_context(void* payload) {
  if (payload == nullptr || external_context_ != nullptr) return kTfLiteError;
  external_context_ = payload;
  return kTfLiteOk;
}

TfLiteStatus RuntimeContext::CreateTensors(const tflite::SubGraph& subgraph) {
  const size_t count = subgraph.tensors()->size();
  tensors_ = arena_.AllocatePersistentArray<TfLiteEvalTensor>(count);
  if (tensors_ == nullptr) return kTfLiteError;
  subgraph_ = &subgraph;
  tensor_count_ = count;
  for (size_t i = 0; i < count; ++i) {
    const tflite::Tensor& source = *subgraph.tensors()->Get(static_cast<uint32_t>(i));
    tensors_[i].data.raw_const = reinterpret_cast<const char*>(ConstantData(*model_, source));
    tensors_[i].dims = DimsOf(source);
    tensors_[i].type = ElementType(source.type());
  }
  return kTfLiteOk;
}

bool RuntimeContext::DescribeTensor(int tensor_index, bool persistent, TfLiteTensor* tensor) {
  const tflite::Tensor& source = *subgraph_->tensors()->Get(static_cast<uint32_t>(tensor_index));
  const TfLiteEvalTensor& eval = tensors_[tensor_index];
  const bool constant = ConstantData(*model_, source) != nullptr;
  *tensor = {};
  tensor->data = eval.data;
  tensor->dims = eval.dims;
  tensor->bytes = TensorBytes(eval);
  tensor->type = eval.type;
  tensor->allocation_type = constant ? kTfLiteMmapRo : kTfLiteArenaRw;
  return DescribeQuantization(source, persistent, tensor);
}

bool RuntimeContext::DescribeQuantization(const tflite::Tensor& source, bool persistent,
                                          TfLiteTensor* tensor) {
  const tflite::QuantizationParameters* quantization = source.quantization();
  if (quantization == nullptr || quantization->scale() == nullptr || quantization->scale()->size() == 0)
    return true;
  const flatbuffers::Vector<float>& scale = *quantization->scale();
  const flatbuffers::Vector<int64_t>& zero_point = *quantization->zero_point();
  const size_t words = 1 + static_cast<size_t>(zero_point.size());
  auto* affine = persistent ? arena_.AllocatePersistentArray<TfLiteAffineQuantization>(1)
                            : arena_.AllocateTemporaryArray<TfLiteAffineQuantization>(1);
  int* zero_points =
      persistent ? arena_.AllocatePersistentArray<int>(words) : arena_.AllocateTemporaryArray<int>(words);
  if (affine == nullptr || zero_points == nullptr) return false;
  zero_points[0] = static_cast<int>(zero_point.size());
  for (uint32_t i = 0; i < zero_point.size(); ++i) zero_points[1 + i] = static_cast<int>(zero_point.Get(i));
  affine->scale = reinterpret_cast<TfLiteFloatArray*>(const_cast<flatbuffers::Vector<float>*>(&scale));
  affine->zero_point = reinterpret_cast<TfLiteIntArray*>(zero_points);
  affine->quantized_dimension = quantization->quantized_dimension();
  tensor->quantization = {kTfLiteAffineQuantization, affine};
  tensor->params = {scale.Get(0), affine->zero_point->data[0]};
  return true;
}

void RuntimeContext::BeginPrepare(int node_index) { node_index_ = node_index; }

void RuntimeContext::EndPrepare() {
  node_index_ = -1;
  arena_.ReleaseTemporary();
}

}  // namespace earshot
