// Planning of fully connected layers: which program, and everything that it needs.
#include "kernels/mvp/fully_connected_layer.h"

#include <algorithm>

#include "tensorflow/lite/kernels/kernel_util.h"
#include "tensorflow/lite/micro/micro_context.h"

namespace kernels::mvp {
namespace {

using ::mvp::ProgramImage;

constexpr uint32_t kMaxOutputs = 1024;
constexpr uint32_t kMaxBatches = 1024;
constexpr uint32_t kMaxEvenDepth = 2048;
constexpr uint32_t kMaxOddDepth = 1024;

// Times 2^15 it must stay in binary16. The baseline saturates there, as the vendor's converter does.
constexpr double kMaxFastMultiplier = 65504.0 / 32768.0;

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

// As the reference kernel: the scales' product is rounded to float before the division.
double MultiplierOf(const Operands& operands, float weights_scale) {
  const float product = operands.input->params.scale * weights_scale;
  return static_cast<double>(product) / static_cast<double>(operands.output->params.scale);
}

Plan PlanBaseline(const FullyConnectedShape& shape) {
  const uint32_t max_depth = shape.depth % 2 == 0 ? kMaxEvenDepth : kMaxOddDepth;
  if (shape.depth <= max_depth) return Plan::kWhole;
  return FitsSplit(shape.depth) ? Plan::kSplit : Plan::kReference;
}

// The fast program takes any scales but only multipliers that binary16 holds: below 2.
bool FitsFast(const FullyConnectedShape& shape, const Operands& operands) {
  if (shape.depth % 2 != 0 || shape.depth > kMaxEvenDepth) return false;
  const TfLiteAffineQuantization* quantization = QuantizationOf(operands.weights);
  if (quantization == nullptr || quantization->scale == nullptr) return false;
  for (int i = 0; i < quantization->scale->size; ++i) {
    if (MultiplierOf(operands, quantization->scale->data[i]) >= kMaxFastMultiplier) return false;
  }
  return true;
}

Plan PlanFor(Variant variant, const FullyConnectedShape& shape, const Operands& operands, bool per_channel) {
  if (shape.batches == 0 || shape.outputs == 0 || shape.outputs > kMaxOutputs || shape.depth == 0) {
    return Plan::kReference;
  }
  if (variant == Variant::kFast && FitsFast(shape, operands)) return Plan::kFast;
  return per_channel ? Plan::kReference : PlanBaseline(shape);
}

// binary16 bias of every output; zeros when the layer has none.
const uint16_t* BiasTable(LayerParts& parts, const Operands& operands, uint32_t outputs) {
  const int32_t* bias = operands.bias == nullptr ? nullptr : operands.bias->data.i32;
  return parts.Table(PartRole::kBias, outputs,
                     [bias](uint32_t i) { return bias == nullptr ? uint16_t{0} : ScaledBias(bias[i]); });
}

const uint16_t* MultiplierTable(LayerParts& parts, const Operands& operands, uint32_t outputs) {
  const TfLiteFloatArray* scales = QuantizationOf(operands.weights)->scale;
  return parts.Table(PartRole::kMultipliers, outputs,
                     [&](uint32_t i) { return ScaledMultiplier(MultiplierOf(operands, scales->data[i])); });
}

uint32_t BatchesPerLaunch(const FullyConnectedShape& shape) {
  const uint64_t cycles = uint64_t{shape.batches} * shape.outputs * (4 * shape.depth + 16);
  return shape.batches <= kMaxBatches && cycles < kMaxCyclesPerLaunch ? shape.batches : 1;
}

enum class Building { kDone, kDoesNotFit, kArenaIsFull };

// Takes an image from `parts` once it has been built.
Building Take(const ::mvp::BuildResult& built, PartRole role, const ProgramImage& image, LayerParts& parts,
              const ProgramImage** taken) {
  if (!built.ok()) return Building::kDoesNotFit;
  *taken = parts.Image(role, image);
  return *taken == nullptr ? Building::kArenaIsFull : Building::kDone;
}

Building BuildBaselineImages(LayerParts& parts, Layer& layer) {
  ProgramImage image;
  if (layer.plan == Plan::kSplit) {
    const auto built = BuildSplit(layer.shape.depth, layer.quantization, &image);
    const Building done = Take(built, PartRole::kSplit, image, parts, &layer.main);
    if (done != Building::kDone) return done;
  } else {
    layer.batches_per_launch = BatchesPerLaunch(layer.shape);
    const FullyConnectedShape launch{layer.batches_per_launch, layer.shape.depth, layer.shape.outputs};
    const auto built = BuildBaseline(launch, layer.quantization, &image);
    const Building done = Take(built, PartRole::kWhole, image, parts, &layer.main);
    if (done != Building::kDone) return done;
  }
  if (!layer.clamps || layer.shape.batches * layer.shape.outputs <= kClampOnCpu) return Building::kDone;
  const auto built = BuildClamp(layer.quantization.activation_min, layer.quantization.activation_max, &image);
  return Take(built, PartRole::kClamp, image, parts, &layer.side);
}

Building BuildFastImages(LayerParts& parts, bool per_channel, Layer& layer) {
  ProgramImage image;
  const auto prescale = BuildPrescale(layer.shape.depth, layer.quantization.input_zero_point, &image);
  const Building done = Take(prescale, PartRole::kPrescale, image, parts, &layer.side);
  if (done != Building::kDone) return done;
  const FullyConnectedShape row{1, layer.shape.depth, layer.shape.outputs};
  const auto rows = BuildFast(row, layer.quantization, per_channel, &image);
  return Take(rows, PartRole::kRows, image, parts, &layer.main);
}

// Takes all tables and images of layer.plan. kTfLiteError: the arena is full. A layer that turns out not to
// fit gets Plan::kReference.
TfLiteStatus TakeParts(TfLiteContext* context, const Operands& operands, bool per_channel, LayerParts& parts,
                       Layer& layer) {
  layer.clamps = layer.plan != Plan::kFast &&
                 (layer.quantization.activation_min > -128 || layer.quantization.activation_max < 127);
  layer.bias = BiasTable(parts, operands, layer.shape.outputs);
  const uint16_t* multipliers = per_channel ? MultiplierTable(parts, operands, layer.shape.outputs) : nullptr;
  TF_LITE_ENSURE(context, layer.bias != nullptr && (!per_channel || multipliers != nullptr));
  Building done = layer.plan == Plan::kFast ? BuildFastImages(parts, per_channel, layer)
                                            : BuildBaselineImages(parts, layer);
  TF_LITE_ENSURE(context, done != Building::kArenaIsFull);
  if (layer.plan == Plan::kFast) {
    TF_LITE_ENSURE_EQ(
        context, kTfLiteOk,
        tflite::GetMicroContext(context)->RequestScratchBufferInArena(2 * layer.shape.depth, &layer.scratch));
  }

  const void* weights = operands.weights->data.data;
  if (layer.shared->copies != nullptr) weights = layer.shared->copies->Find(weights);
  layer.weights = layer.driver->BusAddress(weights);
  layer.bias_address = layer.driver->BusAddress(layer.bias);
  if (per_channel) layer.multipliers = layer.driver->BusAddress(multipliers);
  const bool reachable =
      layer.weights != 0 && layer.bias_address != 0 && (!per_channel || layer.multipliers != 0);
  const bool aligned = layer.shape.depth % 2 != 0 || layer.weights % 2 == 0;
  if (done != Building::kDone || !reachable || !aligned) layer.plan = Plan::kReference;
  return kTfLiteOk;
}

}  // namespace

TfLiteStatus PlanLayer(TfLiteContext* context, TfLiteNode* node, Variant variant, const Operands& operands,
                       LayerParts& parts, Layer& layer) {
  if (!HaveTypesOfProgram(operands)) return kTfLiteOk;
  const TfLiteAffineQuantization* scales = QuantizationOf(operands.weights);
  const bool per_channel = scales != nullptr && scales->scale != nullptr && scales->scale->size > 1;
  layer.shape = ShapeOf(operands);
  layer.plan = PlanFor(variant, layer.shape, operands, per_channel);
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
