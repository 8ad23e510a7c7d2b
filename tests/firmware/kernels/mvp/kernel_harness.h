// Runs one TFLM kernel for one fully connected node: a MicroContext over a plain buffer, and the node's
// tensors.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "host/sim/host_build/mvp_port.h"
#include "kernels/mvp/context.h"
#include "mvp/driver.h"
#include "tensorflow/lite/c/builtin_op_data.h"
#include "tensorflow/lite/micro/micro_common.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::mvp {

// A TfLiteIntArray or TfLiteFloatArray of up to 64 elements.
template <typename Array, typename T>
class ArrayOf {
 public:
  explicit ArrayOf(const std::vector<T>& values) : words_(1 + values.size()) {
    const int size = static_cast<int>(values.size());
    std::memcpy(words_.data(), &size, sizeof size);
    if (size > 0) std::memcpy(&words_[1], values.data(), values.size() * sizeof(T));
  }
  Array* get() { return static_cast<Array*>(static_cast<void*>(words_.data())); }

 private:
  static_assert(sizeof(T) == 4);
  std::vector<uint32_t> words_;
};
using Ints = ArrayOf<TfLiteIntArray, int>;
using Floats = ArrayOf<TfLiteFloatArray, float>;

struct LayerSpec {
  int batches;
  int depth;
  int outputs;
  std::vector<float> weight_scales;  // one, or one per output
  TfLiteFusedActivation activation = kTfLiteActNone;
  bool has_bias = true;
  int output_zero_point = 5;
};

class KernelHarness : public tflite::MicroContext {
 public:
  KernelHarness(const LayerSpec& spec, std::string_view cycle_model)
      : port(cycle_model),
        driver(port),
        ram_(0x40000),
        weights(static_cast<size_t>(spec.outputs * spec.depth)),
        bias(static_cast<size_t>(spec.outputs)),
        scales_(spec.weight_scales),
        zero_points_(std::vector<int>(spec.weight_scales.size(), 0)),
        input_dims_({spec.batches, spec.depth}),
        weights_dims_({spec.outputs, spec.depth}),
        bias_dims_({spec.outputs}),
        output_dims_({spec.batches, spec.outputs}),
        inputs_({0, 1, spec.has_bias ? 2 : kTfLiteOptionalTensor}),
        outputs_({3}),
        params_{spec.activation, kTfLiteFullyConnectedWeightsFormatDefault, false, false, kTfLiteNoType} {
    context.driver = &driver;
    port.MapFlash(Bytes(weights), weights.size());
    port.MapRam(ram_.data(), ram_.size());
    quantization_ = {scales_.get(), zero_points_.get(), 0};
    Tensor(0, kTfLiteInt8, input_dims_.get(), Take(spec.batches * spec.depth), kTfLiteArenaRw, 0.05f, -7);
    Tensor(1, kTfLiteInt8, weights_dims_.get(), weights.data(), kTfLiteMmapRo, spec.weight_scales[0], 0);
    tensors_[1].quantization = {kTfLiteAffineQuantization, &quantization_};
    Tensor(2, kTfLiteInt32, bias_dims_.get(), bias.data(), kTfLiteMmapRo, 0.05f * spec.weight_scales[0], 0);
    Tensor(3, kTfLiteInt8, output_dims_.get(), Take(spec.batches * spec.outputs), kTfLiteArenaRw, 0.5f,
           spec.output_zero_point);
    lite_.impl_ = static_cast<tflite::MicroContext*>(this);
    lite_.ReportError = Ignore;
    lite_.GetEvalTensor = [](const TfLiteContext* context, int index) {
      return tflite::GetMicroContext(context)->GetEvalTensor(index);
    };
    node_.inputs = inputs_.get();
    node_.outputs = outputs_.get();
    node_.builtin_data = &params_;
  }

  int8_t* input() { return tensors_[0].data.int8; }
  std::vector<int8_t> output() const {
    return {tensors_[3].data.int8, tensors_[3].data.int8 + tensors_[3].bytes};
  }

  TfLiteStatus Prepare(const TFLMRegistration& registration) {
    registration_ = registration;
    node_.user_data = registration_.init(&lite_, nullptr, 0);
    return registration_.prepare(&lite_, &node_);
  }
  TfLiteStatus Invoke() {
    std::memset(tensors_[3].data.int8, 99, tensors_[3].bytes);
    return registration_.invoke(&lite_, &node_);
  }

  // From here, what the kernel sees.
  void* AllocatePersistentBuffer(size_t bytes) override { return Take(static_cast<int>(bytes)); }
  TfLiteStatus RequestScratchBufferInArena(size_t bytes, int* buffer_index) override {
    scratch_ = Take(static_cast<int>(bytes));
    ++scratch_buffers;
    scratch_bytes = bytes;
    *buffer_index = 0;
    return kTfLiteOk;
  }
  void* GetScratchBuffer(int) override { return scratch_; }
  TfLiteTensor* AllocateTempTfLiteTensor(int index) override {
    return index < 0 ? nullptr : &tensors_[index];
  }
  void DeallocateTempTfLiteTensor(TfLiteTensor*) override {}
  uint8_t* AllocateTempBuffer(size_t, size_t) override { return nullptr; }
  void DeallocateTempBuffer(uint8_t*) override {}
  TfLiteEvalTensor* GetEvalTensor(int index) override { return index < 0 ? nullptr : &eval_tensors_[index]; }
  TfLiteStatus set_external_context(void*) override { return kTfLiteError; }
  void* external_context() override { return external; }

  host_build::MvpPort port;
  ::mvp::Driver driver;
  Context context;
  void* external = &context;  // null: no accelerator
  int scratch_buffers = 0;    // that the kernel has requested
  size_t scratch_bytes = 0;   // of the last of them

 private:
  static void Ignore(TfLiteContext*, const char*, ...) {}

  static const uint8_t* Bytes(const std::vector<int8_t>& values) {
    return static_cast<const uint8_t*>(static_cast<const void*>(values.data()));
  }

  // The next `bytes` of RAM, 16-byte aligned.
  uint8_t* Take(int bytes) {
    uint8_t* memory = ram_.data() + used_;
    used_ += (static_cast<size_t>(bytes) + 15) / 16 * 16;
    EXPECT_LE(used_, ram_.size());
    return memory;
  }

  void Tensor(int index, TfLiteType type, TfLiteIntArray* dims, void* data, TfLiteAllocationType allocation,
              float scale, int zero_point) {
    size_t bytes = type == kTfLiteInt32 ? 4 : 1;
    for (int d = 0; d < dims->size; ++d) bytes *= static_cast<size_t>(dims->data[d]);
    TfLiteTensor& tensor = tensors_[index];
    tensor = {};
    tensor.type = type;
    tensor.dims = dims;
    tensor.data.data = data;
    tensor.bytes = bytes;
    tensor.params = {scale, zero_point};
    tensor.allocation_type = allocation;
    eval_tensors_[index].data.data = data;
    eval_tensors_[index].dims = dims;
    eval_tensors_[index].type = type;
  }

  std::vector<uint8_t> ram_;
  size_t used_ = 0;
  uint8_t* scratch_ = nullptr;

 public:
  std::vector<int8_t> weights;
  std::vector<int32_t> bias;

 private:
  Floats scales_;
  Ints zero_points_, input_dims_, weights_dims_, bias_dims_, output_dims_, inputs_, outputs_;
  TfLiteAffineQuantization quantization_{};
  TfLiteFullyConnectedParams params_;
  TfLiteTensor tensors_[4]{};
  TfLiteEvalTensor eval_tensors_[4]{};
  TfLiteContext lite_{};
  TfLiteNode node_{};
  TFLMRegistration registration_{};
};

}  // namespace kernels::mvp
