// Planning of fully connected layers: which program, and everything that it needs.
#include "kernels/mvp/fully_connected_layer.h"

#include <algorithm>
#include <cmath>

#include "mvp/binary16.h"
#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::mvp {
namespace {

using ::mvp::ProgramImage;

constexpr uint32_t kMaxOutputs = 1024;
constexpr uint32_t kMaxBatches = 1024;
constexpr uint32_t kMaxEvenDepth = 2048;
constexpr uint32_t kMaxOddDepth = 1024;

// Inputs are scaled by 2^-10 where the layer allows it: then no operand is a subnormal, should the hardware
// flush those. Deep layers need a smaller scale, large multipliers a larger one.
constexpr int32_t kScaleExponents[] = {-10, -11, -12, -13, -14, -15, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0};

// Below this many values the CPU clamps faster than a launch costs (the vendor's threshold).
constexpr uint32_t kClampOnCpu = 160;

// One launch must stay below the span of the 24-bit cycle counter.
constexpr uint64_t kMaxCyclesPerLaunch = uint64_t{1} << 24;

uint32_t TimeoutFor(uint64_t products) {
  return static_cast<uint32_t>(std::min<uint64_t>(products * 16 + 1'000'000, UINT32_MAX));
}

const TfLiteAffineQuantization* QuantizationOf(const TfLiteTensor* tensor) {
  if (tensor->quantization.type != kTfLiteAffineQuantization) return nullptr;
  return static_cast<const TfLiteAffineQuantization*>(tensor->quantization.params);
}

bool HaveTypesOfProgram(const Operands& operands) {
  return operands.input->type == kTfLiteInt8 && operands.weights->type == kTfLiteInt8 &&
         operands.output->type == kTfLiteInt8 &&
         (operands.bias == nullptr || operands.bias->type == kTfLiteInt32) &&
         tflite::IsConstantTensor(operands.weights) &&
         (operands.bias == nullptr || tflite::IsConstantTensor(operands.bias)) &&
         tflite::NumDimensions(operands.weights) == 2 && operands.weights->params.zero_point == 0;
}

FullyConnectedShape ShapeOf(const Operands& operands) {
  const uint32_t outputs = static_cast<uint32_t>(tflite::SizeOfDimension(operands.weights, 0));
  const uint32_t depth = static_cast<uint32_t>(tflite::SizeOfDimension(operands.weights, 1));
  const uint32_t values = static_cast<uint32_t>(operands.output->bytes);
  return {outputs == 0 ? 0 : values / outputs, depth, outputs};
}

// As the reference kernel does with one scale: the scales' product is rounded to float before the division.
double MultiplierOf(const Operands& operands, float weights_scale) {
  const float product = operands.input->params.scale * weights_scale;
  return static_cast<double>(product) / static_cast<double>(operands.output->params.scale);
}

uint32_t Saturated(double value) { return static_cast<uint32_t>(std::min<double>(value, UINT32_MAX)); }

void Decline(Layer& layer, const char* what, uint32_t value = 0, uint32_t limit = 0) {
  layer.plan = Plan::kReference;
  layer.misfit = {what, value, limit};
}

void PlanBaseline(const Operands& operands, int scales, Layer& layer) {
  const uint32_t depth = layer.shape.depth;
  if (operands.weight_order != WeightOrder::kRows) {
    Decline(layer, "the baseline program does not read interleaved weights");
  } else if (scales > 1) {
    Decline(layer, "scales of weights in the baseline program", static_cast<uint32_t>(scales), 1);
  } else if (layer.shape.outputs > kMaxOutputs) {
    Decline(layer, "outputs of the baseline program", layer.shape.outputs, kMaxOutputs);
  } else if (depth <= (depth % 2 == 0 ? kMaxEvenDepth : kMaxOddDepth)) {
    layer.plan = Plan::kWhole;
  } else if (FitsSplit(depth)) {
    layer.plan = Plan::kSplit;
  } else {
    Decline(layer, "iterations of a loop over its depth", ShortestSplit(depth), ::mvp::kMaxCount);
  }
}

double LargestMultiplier(const Operands& operands, const TfLiteFloatArray& scales) {
  double largest = 0.0;
  for (int i = 0; i < scales.size; ++i) largest = std::max(largest, MultiplierOf(operands, scales.data[i]));
  return largest;
}

double LargestBias(const Operands& operands, uint32_t outputs) {
  double largest = 0.0;
  for (uint32_t i = 0; operands.bias != nullptr && i < outputs; ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(operands.bias->data.i32[i])));
  }
  return largest;
}

// Chooses the scale of inputs: no sum may leave binary16, whatever the inputs, and the multiplier must fit.
void PlanFastLayer(const Operands& operands, const TfLiteFloatArray& scales, Layer& layer) {
  const FullyConnectedShape& shape = layer.shape;
  const uint32_t deepest = MaxFastDepth(shape.depth, operands.weight_order);
  if (shape.depth > deepest) return Decline(layer, "depth", shape.depth, deepest);
  const double multiplier = LargestMultiplier(operands, scales);
  const double sum = 255.0 * 128.0 * shape.depth + LargestBias(operands, shape.outputs);
  double largest_sum = 0.0;
  double largest_multiplier = 0.0;
  for (const int32_t exponent : kScaleExponents) {
    largest_sum = std::max(largest_sum, ::mvp::kLargestBinary16 * ::mvp::PowerOfTwo(-exponent));
    if (sum * ::mvp::PowerOfTwo(exponent) > ::mvp::kLargestBinary16) continue;
    largest_multiplier = std::max(largest_multiplier, ::mvp::kLargestBinary16 * ::mvp::PowerOfTwo(exponent));
    if (multiplier * ::mvp::PowerOfTwo(-exponent) > ::mvp::kLargestBinary16) continue;
    layer.quantization.scale_exponent = exponent;
    layer.fast = PlanFast(shape.depth, shape.outputs, operands.weight_order);
    layer.plan = Plan::kFast;
    return;
  }
  if (largest_multiplier == 0.0) {
    return Decline(layer, "sum of bias and largest products", Saturated(sum), Saturated(largest_sum));
  }
  Decline(layer, "output multiplier", Saturated(std::ceil(multiplier)), Saturated(largest_multiplier));
}

// binary16 bias of every output; zeros when the layer has none.
const uint16_t* BiasTable(LayerParts& parts, const Operands& operands, const Layer& layer) {
  const int32_t* bias = operands.bias == nullptr ? nullptr : operands.bias->data.i32;
  const int32_t exponent = layer.quantization.scale_exponent;
  return parts.Table(PartRole::kBias, layer.shape.outputs, [=](uint32_t i) {
    return bias == nullptr ? uint16_t{0} : ScaledBias(bias[i], exponent);
  });
}

const uint16_t* MultiplierTable(LayerParts& parts, const Operands& operands, const Layer& layer) {
  const TfLiteFloatArray* scales = QuantizationOf(operands.weights)->scale;
  const int32_t exponent = layer.quantization.scale_exponent;
  return parts.Table(PartRole::kMultipliers, layer.shape.outputs, [&](uint32_t i) {
    return ScaledMultiplier(MultiplierOf(operands, scales->data[i]), exponent);
  });
}

uint32_t BatchesPerLaunch(const FullyConnectedShape& shape) {
  const uint64_t cycles = uint64_t{shape.batches} * shape.outputs * (4 * shape.depth + 16);
  return shape.batches <= kMaxBatches && cycles < kMaxCyclesPerLaunch ? shape.batches : 1;
}

enum class Building { kDone, kDoesNotFit, kArenaIsFull };

// Takes an image from `parts` once it has been built. A program that violates a limit makes the layer misfit.
Building Take(const ::mvp::BuildResult& built, PartRole role, const ProgramImage& image, LayerParts& parts,
              Layer& layer, ::mvp::Program* taken) {
  if (!built.ok()) {
    Decline(layer, ::mvp::LimitName(built.violated), static_cast<uint32_t>(built.value),
            static_cast<uint32_t>(built.limit));
    return Building::kDoesNotFit;
  }
  const ProgramImage* stays = parts.Image(role, image);
  if (stays == nullptr) return Building::kArenaIsFull;
  *taken = ::mvp::Program(*stays);
  return Building::kDone;
}

Building BuildBaselineImages(LayerParts& parts, Layer& layer) {
  ProgramImage image;
  if (layer.plan == Plan::kSplit) {
    const auto built = BuildSplit(layer.shape.depth, layer.quantization, &image);
    const Building done = Take(built, PartRole::kSplit, image, parts, layer, &layer.main);
    if (done != Building::kDone) return done;
  } else {
    layer.batches_per_launch = BatchesPerLaunch(layer.shape);
    const FullyConnectedShape launch{layer.batches_per_launch, layer.shape.depth, layer.shape.outputs};
    const auto built = BuildBaseline(launch, layer.quantization, &image);
    const Building done = Take(built, PartRole::kWhole, image, parts, layer, &layer.main);
    if (done != Building::kDone) return done;
  }
  if (!layer.clamps || layer.shape.batches * layer.shape.outputs <= kClampOnCpu) return Building::kDone;
  const auto built = BuildClamp(layer.quantization.activation_min, layer.quantization.activation_max, &image);
  return Take(built, PartRole::kClamp, image, parts, layer, &layer.side);
}

Building BuildFastImages(LayerParts& parts, bool per_channel, Layer& layer) {
  ProgramImage image;
  const FullyConnectedQuantization& quantization = layer.quantization;
  layer.prescale_launches = PrescaleLaunches(layer.fast);
  layer.scratch_offset = ScratchOffset(layer.fast);
  const auto prescale =
      BuildPrescale(layer.fast, quantization.input_zero_point, quantization.scale_exponent, &image);
  const Building done = Take(prescale, PartRole::kPrescale, image, parts, layer, &layer.side);
  if (done != Building::kDone) return done;
  const auto rows = BuildRows(layer.fast, quantization, per_channel, &image);
  return Take(rows, PartRole::kRows, image, parts, layer, &layer.main);
}

// Takes all tables and images of layer.plan. kTfLiteError: the arena is full. A layer that turns out not to
// fit gets Plan::kReference.
TfLiteStatus TakeParts(TfLiteContext* context, const Operands& operands, bool per_channel, LayerParts& parts,
                       Layer& layer) {
  layer.clamps = layer.plan != Plan::kFast &&
                 (layer.quantization.activation_min > -128 || layer.quantization.activation_max < 127);
  layer.bias = BiasTable(parts, operands, layer);
  const uint16_t* multipliers = per_channel ? MultiplierTable(parts, operands, layer) : nullptr;
  TF_LITE_ENSURE(context, layer.bias != nullptr && (!per_channel || multipliers != nullptr));
  const Building done = layer.plan == Plan::kFast ? BuildFastImages(parts, per_channel, layer)
                                                  : BuildBaselineImages(parts, layer);
  TF_LITE_ENSURE(context, done != Building::kArenaIsFull);
  if (done == Building::kDoesNotFit) return kTfLiteOk;
  if (layer.plan == Plan::kFast) {
    tflite::MicroContext* micro = tflite::GetMicroContext(context);
    TF_LITE_ENSURE_EQ(context, kTfLiteOk,
                      micro->RequestScratchBufferInArena(ScratchBytes(layer.fast), &layer.scratch));
  }

  const void* weights = operands.weights->data.data;
  if (layer.shared->copies != nullptr) weights = layer.shared->copies->Find(weights);
  layer.weights = layer.driver->BusAddress(weights);
  layer.bias_address = layer.driver->BusAddress(layer.bias);
  if (per_channel) layer.multipliers = layer.driver->BusAddress(multipliers);
  const bool reachable =
      layer.weights != 0 && layer.bias_address != 0 && (!per_channel || layer.multipliers != 0);
  const bool loads_pairs = layer.shape.depth % 2 == 0 || operands.weight_order == WeightOrder::kRowPairs;
  if (!reachable) Decline(layer, "its data are out of the accelerator's reach");
  if (loads_pairs && layer.weights % 2 != 0) Decline(layer, "its weights begin at an odd address");
  return kTfLiteOk;
}

}  // namespace

TfLiteStatus PlanLayer(TfLiteContext* context, TfLiteNode* node, Variant variant, const Operands& operands,
                       LayerParts& parts, Layer& layer) {
  const TfLiteAffineQuantization* scales = QuantizationOf(operands.weights);
  if (!HaveTypesOfProgram(operands) || scales == nullptr || scales->scale == nullptr) {
    Decline(layer, "its operands are not int8 with constant weights");
    return kTfLiteOk;
  }
  if (parts.LeftToCore()) {
    Decline(layer, "its error is above the limit that the image was made with");
    return kTfLiteOk;
  }
  const bool per_channel = scales->scale->size > 1;
  layer.shape = ShapeOf(operands);
  if (variant == Variant::kFast) {
    PlanFastLayer(operands, *scales->scale, layer);
  } else {
    PlanBaseline(operands, scales->scale->size, layer);
  }
  if (layer.plan == Plan::kReference) return kTfLiteOk;
  const auto* params = static_cast<const TfLiteFullyConnectedParams*>(node->builtin_data);
  layer.quantization.input_zero_point = operands.input->params.zero_point;
  layer.quantization.output_zero_point = operands.output->params.zero_point;
  layer.quantization.multiplier = MultiplierOf(operands, operands.weights->params.scale);
  TF_LITE_ENSURE_EQ(context, kTfLiteOk,
                    tflite::CalculateActivationRangeQuantized(context, params->activation, operands.output,
                                                              &layer.quantization.activation_min,
                                                              &layer.quantization.activation_max));
  layer.timeout = TimeoutFor(uint64_t{layer.shape.batches} * layer.shape.outputs * layer.shape.depth);
  return TakeParts(context, operands, per_channel, parts, layer);
}

}  // namespace kernels::mvp
