// Commands that run the model.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "app/commands/commands.h"
#include "app/random_input.h"
#include "app/report.h"
#include "app/squared_difference.h"
#include "link/crc32.h"

namespace app {
namespace {

constexpr uint32_t kDefaultRuns = 10;
constexpr uint32_t kMostRuns = 100;
constexpr uint32_t kDefaultSeed = 1;

bool IsReady(const Image& image, Text& text) {
  if (!image.model_ready) text.Put("the model is not ready: see the messages after the banner").EndLine();
  return image.model_ready;
}

void FillInputs(Application& application, uint32_t seed) {
  for (size_t i = 0; i < application.inputs_size(); ++i) FillRandom(*application.input(i), seed + i);
}

// False unless `text` is a decimal number that fits; nothing else may follow.
bool ParseNumber(const char* text, uint32_t& value) {
  uint64_t number = 0;
  const char* next = text;
  for (; *next >= '0' && *next <= '9' && number <= UINT32_MAX; ++next) {
    number = 10 * number + static_cast<uint64_t>(*next - '0');
  }
  if (next == text || *next != '\0' || number > UINT32_MAX) return false;
  value = static_cast<uint32_t>(number);
  return true;
}

struct Run {
  bool succeeded;
  uint32_t cycles;  // of the core, from the call of Invoke to its return
};

Run InvokeOnce(Image& image) {
  port::FeedWatchdog();
  const uint32_t start = image.platform.clock.Cycles();
  const bool succeeded = image.application.Invoke() == kTfLiteOk;
  return {succeeded, image.platform.clock.Cycles() - start};
}

void PutCycles(Text& text, const char* label, uint32_t cycles, uint32_t clock_hz) {
  constexpr size_t kLabelWidth = 9, kCountWidth = 11;
  text.Left(label, kLabelWidth);
  if (clock_hz == 0) {
    text.Put("cycles unknown: there is no time base").EndLine();
    return;
  }
  constexpr uint64_t kNanoseconds = 1'000'000'000;
  text.Decimal(cycles, kCountWidth).Put(" cycles");
  text.Tenths(cycles * kNanoseconds / clock_hz, kCountWidth).Put(" us").EndLine();
}

void PutScore(Text& text, const Application& application, const TfLiteTensor& input,
              const TfLiteTensor& output) {
  if (application.outputs_size() != 1 || application.inputs_size() != 1) return;
  const float score = MeanSquaredDifference(input, output);
  constexpr float kScale = 1e6f, kMost = 1e12f;
  if (!(score < kMost)) return;
  text.Left(input.type == kTfLiteInt8 ? "score_int8" : "score_float", 12);
  text.Fixed(static_cast<uint64_t>(score * kScale + 0.5f), 6).EndLine();
}

}  // namespace

void CommandRun(void* context, Text& text, const char* arguments) {
  Image& image = *static_cast<Image*>(context);
  uint32_t seed = kDefaultSeed;
  const bool zeros = std::strcmp(arguments, "zeros") == 0;
  const bool last = std::strcmp(arguments, "last") == 0;
  if (*arguments != '\0' && !zeros && !last && !ParseNumber(arguments, seed)) {
    text.Put("run takes a seed (0 to 4294967295), or one of the words zeros and last").EndLine();
    return;
  }
  if (!IsReady(image, text)) return;
  // Inference leaves the input in its tensor (MicroInterpreter's keep_inputs): the last one is still there.
  if (zeros) image.application.ClearInputs();
  if (!zeros && !last) FillInputs(image.application, seed);
  const Run run = InvokeOnce(image);
  if (!run.succeeded) {
    text.Put("the run failed").EndLine();
    return;
  }
  PutCycles(text, "run", run.cycles, image.platform.clock.Frequency());
  for (size_t i = 0; i < image.application.outputs_size(); ++i) {
    const TfLiteTensor& output = *image.application.output(i);
    text.Put("output ").Decimal(i).Put(": ").Decimal(output.bytes).Put(" bytes, CRC-32 ");
    text.Hex(serial_link::Crc32(output.data.uint8, output.bytes)).EndLine();
  }
  PutScore(text, image.application, *image.application.input(), *image.application.output());
}

// Cycles do not depend on the values.
void CommandProfile(void* context, Text& text, const char*) {
  Image& image = *static_cast<Image*>(context);
  if (!IsReady(image, text)) return;
  image.application.ClearInputs();
  const Run run = InvokeOnce(image);
  PrintProfile(text, image.model, image.application.layers(), image.application.layer_count(),
               image.platform.clock.Frequency());
  if (!run.succeeded) text.Put("the run failed after the layers above").EndLine();
}

void CommandBench(void* context, Text& text, const char* arguments) {
  Image& image = *static_cast<Image*>(context);
  uint32_t runs = kDefaultRuns;
  if (*arguments != '\0' && (!ParseNumber(arguments, runs) || runs < 1 || runs > kMostRuns)) {
    text.Put("bench takes a number of runs from 1 to ").Decimal(kMostRuns).EndLine();
    return;
  }
  if (!IsReady(image, text)) return;
  FillInputs(image.application, kDefaultSeed);
  std::array<uint32_t, kMostRuns> cycles{};
  // One more than asked for: the first one, with a cold cache, does not count.
  for (uint32_t i = 0; i <= runs; ++i) {
    const Run run = InvokeOnce(image);
    if (!run.succeeded) {
      text.Put("run ").Decimal(i).Put(" failed").EndLine();
      return;
    }
    cycles[i == 0 ? 0 : i - 1] = run.cycles;
  }
  std::sort(cycles.begin(), cycles.begin() + runs);
  const uint32_t hz = image.platform.clock.Frequency();
  text.Decimal(runs).Put(runs == 1 ? " run" : " runs").Put(" after a warm-up").EndLine();
  PutCycles(text, "min", cycles[0], hz);
  PutCycles(text, "median", cycles[(runs - 1) / 2], hz);
  PutCycles(text, "max", cycles[runs - 1], hz);
}

}  // namespace app
