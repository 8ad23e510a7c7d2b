// Replies as the benchmark's reference firmware gives them, each ended by m-ready.
#include "app/benchmark/runner.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "app/benchmark/printable.h"
#include "app/squared_difference.h"
#include "port/platform.h"

namespace app::benchmark {
namespace {

constexpr char kFirmware[] = "ULPMark for tinyML Firmware V0.0.1";
constexpr int32_t kDefaultIterations = 1;
constexpr int32_t kDefaultWarmUps = 10;

// Half away from zero, saturated; what is no number becomes the lowest value.
int8_t Quantize(float value, const TfLiteQuantizationParams& params) {
  const float level = std::round(value / params.scale) + static_cast<float>(params.zero_point);
  if (!(level > INT8_MIN)) return INT8_MIN;
  return level < INT8_MAX ? static_cast<int8_t>(level) : INT8_MAX;
}

size_t ElementCount(const TfLiteTensor& tensor) {
  return tensor.type == kTfLiteFloat32 ? tensor.bytes / sizeof(float) : tensor.bytes;
}

// With three decimals, rounded as printf rounds: to the nearest, ties to even.
void PutScore(Text& text, float score) {
  constexpr double kMost = 1e15;
  const double thousandths = static_cast<double>(score) * 1000;
  if (!(thousandths >= 0 && thousandths < kMost)) {
    text.Put(std::isnan(thousandths) ? "nan" : "inf");
    return;
  }
  auto whole = static_cast<uint64_t>(thousandths);
  const double rest = thousandths - static_cast<double>(whole);
  if (rest > 0.5 || (rest == 0.5 && whole % 2 != 0)) ++whole;
  text.Fixed(whole, 3);
}

}  // namespace

void Runner::Announce() {
  text_.Put("m-timestamp-mode-").Put(timestamp_.mode()).EndLine();
  timestamp_.Mark(text_);
}

void Runner::Start(Application* application) {
  application_ = application;
  while (serial_.Read() >= 0) {
  }
  text_.Put("m-init-done").EndLine().Put("m-ready").EndLine();
}

void Runner::Poll() {
  timestamp_.Keep();
  for (int byte = serial_.Read(); byte >= 0; byte = serial_.Read()) {
    if (line_.Take(static_cast<uint8_t>(byte))) Serve(line_.text());
  }
}

void Runner::Serve(std::string_view command) {
  const std::string_view word = TakeWord(command);
  if (word == "db") {
    data_.Serve(command, text_);
  } else if (word == "infer") {
    Infer(command);
  } else if (word == "results") {
    PutResults();
  } else if (word == "timestamp") {
    timestamp_.Mark(text_);
  } else if (word == "name") {
    PutName();
  } else if (word == "profile") {
    text_.Put("m-profile-[").Put(kFirmware).Put("]").EndLine().Put("m-model-[ad01]").EndLine();
  } else if (word == "help") {
    PutHelp();
  } else {
    text_.Put("e-[Unknown command: ");
    PutPrintable(text_, word);
    text_.Put("]").EndLine();
  }
  text_.Put("m-ready").EndLine();
}

void Runner::PutName() {
  text_.Put("m-name-dut-[earshot-").Put(identity_.board).Put('-');
  text_.HexBytes(identity_.build_id, identity_.build_id_bytes).Put("]").EndLine();
}

void Runner::PutHelp() {
  text_.Put(kFirmware).EndLine().EndLine();
  for (const char* line : {"name: board and build id", "profile: firmware and model", "timestamp: now",
                           "db load N: expect N bytes", "db HEX: store bytes", "db print: show the bytes",
                           "infer N W: W warm-ups (10), then N inferences (1)", "results: the last score"}) {
    text_.Put(line).EndLine();
  }
}

void Runner::Infer(std::string_view arguments) {
  const std::string_view first = TakeWord(arguments);
  const std::string_view second = TakeWord(arguments);
  const int32_t iterations = first.empty() ? kDefaultIterations : ParseNumber(first).value_or(0);
  const int32_t warm_ups = second.empty() ? kDefaultWarmUps : ParseNumber(second).value_or(-1);
  if (iterations <= 0) {
    text_.Put("e-[Inference iterations must be >0]").EndLine();
  } else if (warm_ups < 0) {
    text_.Put("e-[Inference warmup must be >=0]").EndLine();
  } else if (iterations > kMostInferences || warm_ups > kMostInferences) {
    text_.Put(iterations > kMostInferences ? "e-[Inference iterations" : "e-[Inference warmup");
    text_.Put(" must be <=").Decimal(kMostInferences).Put("]").EndLine();
  } else if (application_ == nullptr) {
    text_.Put("e-[The model could not be prepared]").EndLine();
  } else if (Measure(iterations, warm_ups)) {
    PutResults();
  } else {
    text_.Put("e-[Inference failed]").EndLine();
  }
}

bool Runner::Measure(int32_t iterations, int32_t warm_ups) {
  has_results_ = false;
  LoadInput();
  text_.Put("m-warmup-start-").Decimal(static_cast<uint64_t>(warm_ups)).EndLine();
  if (!Repeat(warm_ups)) return false;
  text_.Put("m-warmup-done").EndLine();
  text_.Put("m-infer-start-").Decimal(static_cast<uint64_t>(iterations)).EndLine();
  timestamp_.Mark(text_);
  const bool done = Repeat(iterations);
  timestamp_.Mark(text_);
  text_.Put("m-infer-done").EndLine();
  has_results_ = done;
  return done;
}

// Each one runs: the input stays in its tensor (MicroInterpreter's keep_inputs).
bool Runner::Repeat(int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    if (application_->Invoke() != kTfLiteOk) return false;
    timestamp_.Keep();
    port::FeedWatchdog();
  }
  return true;
}

// Too few bytes are told, and leave what an earlier load gave in the rest.
void Runner::LoadInput() {
  TfLiteTensor& tensor = *application_->input();
  const size_t expected = ElementCount(tensor);
  const size_t arrived = std::min(data_.size() / sizeof(float), expected);
  if (arrived != expected) {
    text_.Put("Input db has ").Decimal(arrived).Put(" elemented, expected ").Decimal(expected).Put('\n');
  }
  std::memcpy(input_.data(), data_.bytes(), arrived * sizeof(float));
  for (size_t i = 0; i < std::min(expected, kMaxElements); ++i) {
    if (tensor.type == kTfLiteFloat32) {
      tensor.data.f[i] = input_[i];
    } else {
      tensor.data.int8[i] = Quantize(input_[i], tensor.params);
    }
  }
}

void Runner::PutResults() {
  if (!has_results_) {
    text_.Put("e-[No results yet]").EndLine();
    return;
  }
  TfLiteTensor input = *application_->input();
  input.type = kTfLiteFloat32;
  input.data.f = input_.data();
  input.bytes = std::min(ElementCount(*application_->input()), kMaxElements) * sizeof(float);
  text_.Put("m-results-[");
  PutScore(text_, MeanSquaredDifference(input, *application_->output()));
  text_.Put("]").EndLine();
}

}  // namespace app::benchmark
