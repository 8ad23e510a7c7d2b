// Planning of fully connected layers: which program, and everything that it needs.
#include "kernels/mvp/fully_connected_plan.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/fast/fully_connected.h"
#include "kernels/mvp/fast_programs.h"
#include "kernels/mvp/prescale_program.h"
#include "mvp/binary16.h"
#include "mvp/driver.h"
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

void Decline(LayerDraft& draft, const char* what, uint32_t value = 0, uint32_t limit = 0) {
  draft.layer.plan = Plan::kReference;
  draft.misfit = {what, value, limit};
}

void PlanBaseline(const Operands& operands, int scales, LayerDraft& draft) {
  Layer& layer = draft.layer;
  const uint32_t depth = layer.shape.depth;
  if (operands.weight_order != WeightOrder::kRows) {
    Decline(draft, "the baseline program does not read interleaved weights");
  } else if (scales > 1) {
    Decline(draft, "scales of weights in the baseline program", static_cast<uint32_t>(scales), 1);
  } else if (layer.shape.outputs > kMaxOutputs) {
    Decline(draft, "outputs of the baseline program", layer.shape.outputs, kMaxOutputs);
  } else if (depth <= (depth % 2 == 0 ? kMaxEvenDepth : kMaxOddDepth)) {
    layer.plan = Plan::kWhole;
  } else if (FitsSplit(depth)) {
    layer.plan = Plan::kSplit;
  } else {
    Decline(draft, "iterations of a loop over its depth", ShortestSplit(depth), ::mvp::kMaxCount);
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
void PlanFastLayer(const Operands& operands, const TfLiteFloatArray& scales, LayerDraft& draft) {
  const FullyConnectedShape& shape = draft.layer.shape;
  const uint32_t deepest = MaxFastDepth(shape.depth, operands.weight_order);
  if (shape.depth > deepest) return Decline(draft, "depth", shape.depth, deepest);
  const double multiplier = LargestMultiplier(operands, scales);
  const double sum = 255.0 * 128.0 * shape.depth + LargestBias(operands, shape.outputs);
  double largest_sum = 0.0;
  double largest_multiplier = 0.0;
  for (const int32_t exponent : kScaleExponents) {
    largest_sum = std::max(largest_sum, ::mvp::kLargestBinary16 * ::mvp::PowerOfTwo(-exponent));
    if (sum * ::mvp::PowerOfTwo(exponent) > ::mvp::kLargestBinary16) continue;
    largest_multiplier = std::max(largest_multiplier, ::mvp::kLargestBinary16 * ::mvp::PowerOfTwo(exponent));
    if (multiplier * ::mvp::PowerOfTwo(-exponent) > ::mvp::kLargestBinary16) continue;
    draft.quantization.scale_exponent = exponent;
    draft.layer.fast = PlanFast(shape.depth, shape.outputs, operands.weight_order);
    draft.layer.plan = Plan::kFast;
    return;
  }
  if (largest_multiplier == 0.0) {
    return Decline(draft, "sum of bias and largest products", Saturated(sum), Saturated(largest_sum));
  }
  Decline(draft, "output multiplier", Saturated(std::ceil(multiplier)), Saturated(largest_multiplier));
}

// binary16 bias of every output; zeros when the layer has none.
const uint16_t* BiasTable(LayerParts& parts, const Operands& operands, const LayerDraft& draft) {
  const int32_t* bias = operands.bias == nullptr ? nullptr : operands.bias->data.i32;
  const int32_t exponent = draft.quantization.scale_exponent;
  return parts.Table(PartRole::kBias, draft.layer.shape.outputs, [=](uint32_t i) {
    return bias == nullptr ? uint16_t{0} : ScaledBias(bias[i], exponent);
  });
}

const uint16_t* MultiplierTable(LayerParts& parts, const Operands& operands, const LayerDraft& draft) {
  const TfLiteFloatArray* scales = QuantizationOf(operands.weights)->scale;
  const int32_t exponent = draft.quantization.scale_exponent;
  return parts.Table(PartRole::kMultipliers, draft.layer.shape.outputs, [&](uint32_t i) {
    return ScaledMultiplier(MultiplierOf(operands, scales->data[i]), exponent);
  });
}

uint32_t BatchesPerLaunch(const FullyConnectedShape& shape) {
  const uint64_t cycles = uint64_t{shape.batches} * shape.outputs * (4 * shape.depth + 16);
  return shape.batches <= kMaxBatches && cycles < kMaxCyclesPerLaunch ? shape.batches : 1;
}

// Of the prescaled inputs, and of the core's kernel, which takes turns with the same buffer.
size_t SharedScratchBytes(const FastGeometry& geometry, WeightOrder order) {
  return std::max<size_t>(ScratchBytes(geometry),
                          fast::ScratchBytes(static_cast<int32_t>(geometry.depth), order));
}

enum class Building { kDone, kDoesNotFit, kArenaIsFull };

// What the draft's images and tables become once all of them are there.
struct TakenParts {
  const uint16_t* bias = nullptr;
  const uint16_t* multipliers = nullptr;  // per channel only
  const ProgramImage* main = nullptr;
  const ProgramImage* side = nullptr;  // where the plan has one
};

// Takes an image from `parts` once it has been built. A program that violates a limit makes the layer misfit.
Building Take(const ::mvp::BuildResult& built, PartRole role, const ProgramImage& image, LayerParts& parts,
              LayerDraft& draft, const ProgramImage** taken) {
  if (!built.ok()) {
    Decline(draft, ::mvp::LimitName(built.violated), static_cast<uint32_t>(built.value),
            static_cast<uint32_t>(built.limit));
    return Building::kDoesNotFit;
  }
  *taken = parts.Image(role, image);
  return *taken == nullptr ? Building::kArenaIsFull : Building::kDone;
}

Building BuildBaselineImages(LayerParts& parts, LayerDraft& draft, TakenParts* taken) {
  Layer& layer = draft.layer;
  const FullyConnectedQuantization& quantization = draft.quantization;
  ProgramImage image;
  if (layer.plan == Plan::kSplit) {
    const auto built = BuildSplit(layer.shape.depth, quantization, &image);
    const Building done = Take(built, PartRole::kSplit, image, parts, draft, &taken->main);
    if (done != Building::kDone) return done;
  } else {
    layer.batches_per_launch = BatchesPerLaunch(layer.shape);
    const FullyConnectedShape launch{layer.batches_per_launch, layer.shape.depth, layer.shape.outputs};
    const auto built = BuildBaseline(launch, quantization, &image);
    const Building done = Take(built, PartRole::kWhole, image, parts, draft, &taken->main);
    if (done != Building::kDone) return done;
  }
  if (!layer.clamps || layer.shape.batches * layer.shape.outputs <= kClampOnCpu) return Building::kDone;
  const auto built = BuildClamp(layer.activation_min, layer.activation_max, &image);
  return Take(built, PartRole::kClamp, image, parts, draft, &taken->side);
}

Building BuildFastImages(LayerParts& parts, LayerDraft& draft, TakenParts* taken) {
  Layer& layer = draft.layer;
  ProgramImage image;
  const FullyConnectedQuantization& quantization = draft.quantization;
  layer.prescale_launches = PrescaleLaunches(layer.fast);
  layer.scratch_offset = static_cast<int16_t>(ScratchOffset(layer.fast));
  const auto prescale =
      BuildPrescale(layer.fast, quantization.input_zero_point, quantization.scale_exponent, &image);
  const Building done = Take(prescale, PartRole::kPrescale, image, parts, draft, &taken->side);
  if (done != Building::kDone) return done;
  const auto rows = BuildRows(layer.fast, quantization, taken->multipliers != nullptr, &image);
  return Take(rows, PartRole::kRows, image, parts, draft, &taken->main);
}

ImagePart PartOf(const LayerParts& parts, const Layer& layer, const ProgramImage* image) {
  if (image == nullptr) return {};
  const ::mvp::Program program(*image);
  return {parts.OffsetOf(layer, image), static_cast<uint8_t>(program.leading_words()),
          static_cast<uint8_t>(program.instruction_words())};
}

// Where Invoke finds all of it. Declines a layer whose data the accelerator cannot read.
void Link(const LayerParts& parts, const Operands& operands, const TakenParts& taken, LayerDraft& draft) {
  Layer& layer = draft.layer;
  const Context& shared = draft.shared;
  layer.bias = parts.OffsetOf(layer, taken.bias);
  layer.multipliers = taken.multipliers == nullptr ? 0 : parts.OffsetOf(layer, taken.multipliers);
  layer.main = PartOf(parts, layer, taken.main);
  layer.side = PartOf(parts, layer, taken.side);
  const auto* weights = static_cast<const uint8_t*>(operands.weights->data.data);
  if (shared.copies != nullptr && shared.weights_ram != nullptr) {
    const auto* copy = static_cast<const uint8_t*>(shared.copies->Find(weights));
    if (copy != weights) {
      layer.weights_copy = static_cast<int32_t>(copy - shared.weights_ram);
      weights = copy;
    }
  }
  const ::mvp::Driver& driver = *shared.driver;
  const uint32_t address = driver.BusAddress(weights);
  const bool reachable = address != 0 && driver.BusAddress(taken.bias) != 0 &&
                         (taken.multipliers == nullptr || driver.BusAddress(taken.multipliers) != 0);
  const bool loads_pairs = layer.shape.depth % 2 == 0 || operands.weight_order == WeightOrder::kRowPairs;
  if (!reachable) Decline(draft, "its data are out of the accelerator's reach");
  if (loads_pairs && address % 2 != 0) Decline(draft, "its weights begin at an odd address");
}

// Takes all tables and images of the draft's plan. kTfLiteError: the arena is full. A layer that turns out
// not to fit gets Plan::kReference.
TfLiteStatus TakeParts(TfLiteContext* context, const Operands& operands, bool per_channel, LayerParts& parts,
                       LayerDraft& draft) {
  Layer& layer = draft.layer;
  layer.clamps = layer.plan != Plan::kFast && (layer.activation_min > -128 || layer.activation_max < 127);
  TakenParts taken;
  taken.bias = BiasTable(parts, operands, draft);
  if (per_channel) taken.multipliers = MultiplierTable(parts, operands, draft);
  TF_LITE_ENSURE(context, taken.bias != nullptr && (!per_channel || taken.multipliers != nullptr));
  const Building done = layer.plan == Plan::kFast ? BuildFastImages(parts, draft, &taken)
                                                  : BuildBaselineImages(parts, draft, &taken);
  TF_LITE_ENSURE(context, done != Building::kArenaIsFull);
  if (done == Building::kDoesNotFit) return kTfLiteOk;
  if (layer.plan == Plan::kFast) {
    int scratch = 0;
    tflite::MicroContext* micro = tflite::GetMicroContext(context);
    const size_t bytes = SharedScratchBytes(layer.fast, operands.weight_order);
    TF_LITE_ENSURE_EQ(context, kTfLiteOk, micro->RequestScratchBufferInArena(bytes, &scratch));
    TF_LITE_ENSURE_MSG(context, scratch <= INT16_MAX, "there are too many scratch buffers");
    layer.scratch = static_cast<int16_t>(scratch);
  }
  Link(parts, operands, taken, draft);
  return kTfLiteOk;
}

}  // namespace

TfLiteStatus PlanLayer(TfLiteContext* context, TfLiteNode* node, Variant variant, const Operands& operands,
                       LayerParts& parts, LayerDraft& draft) {
  const TfLiteAffineQuantization* scales = QuantizationOf(operands.weights);
  if (!HaveTypesOfProgram(operands) || scales == nullptr || scales->scale == nullptr) {
    Decline(draft, "its operands are not int8 with constant weights");
    return kTfLiteOk;
  }
  if (parts.LeftToCore()) {
    Decline(draft, "its error is above the limit that the image was made with");
    return kTfLiteOk;
  }
  Layer& layer = draft.layer;
  const bool per_channel = scales->scale->size > 1;
  layer.shape = ShapeOf(operands);
  if (variant == Variant::kFast) {
    PlanFastLayer(operands, *scales->scale, draft);
  } else {
    PlanBaseline(operands, scales->scale->size, draft);
  }
  if (layer.plan == Plan::kReference) return kTfLiteOk;
  const auto* params = static_cast<const TfLiteFullyConnectedParams*>(node->builtin_data);
  FullyConnectedQuantization& quantization = draft.quantization;
  quantization.input_zero_point = operands.input->params.zero_point;
  quantization.output_zero_point = operands.output->params.zero_point;
  quantization.multiplier = MultiplierOf(operands, operands.weights->params.scale);
  TF_LITE_ENSURE_EQ(
      context, kTfLiteOk,
      tflite::CalculateActivationRangeQuantized(context, params->activation, operands.output,
                                                &quantization.activation_min, &quantization.activation_max));
  layer.activation_min = static_cast<int8_t>(quantization.activation_min);
  layer.activation_max = static_cast<int8_t>(quantization.activation_max);
  layer.timeout = TimeoutFor(uint64_t{layer.shape.batches} * layer.shape.outputs * layer.shape.depth);
  return TakeParts(context, operands, per_channel, parts, draft);
}

}  // namespace kernels::mvp
