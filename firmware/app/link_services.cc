// What the link asks, answered.
#include "app/link_services.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "app/commands/commands.h"
#include "app/self_test.h"
#include "app/text_slice.h"
#include "port/identity.h"
#include "tensorflow/lite/schema/schema_generated.h"
#include "tensorflow/lite/schema/schema_utils.h"

namespace app {
namespace {

using serial_link::Direction;

uint8_t Digit(char character) {
  return static_cast<uint8_t>(character <= '9' ? character - '0' : character - 'a' + 10);
}

// From 64 lower-case hex digits.
void ParseHash(const char* digits, std::array<uint8_t, 32>& hash) {
  if (std::strlen(digits) != 2 * hash.size()) return;
  for (size_t i = 0; i < hash.size(); ++i) {
    hash[i] = static_cast<uint8_t>(Digit(digits[2 * i]) << 4 | Digit(digits[2 * i + 1]));
  }
}

uint32_t Bytes(size_t count) { return static_cast<uint32_t>(count); }

}  // namespace

LinkServices::LinkServices(const Image& image)
    : image_(image), window_(image.application, image.platform.clock) {
  facts_.ring_bytes = Bytes(port::ReceiveRingBytes());
  facts_.boot_id = port::TakeBootId();
  facts_.clock_hz = image.platform.clock.Frequency();
  facts_.unique_id = port::UniqueId();
  const size_t id_bytes = std::min(image.platform.build_id_bytes, facts_.build_id.size());
  std::copy(image.platform.build_id, image.platform.build_id + id_bytes, facts_.build_id.begin());
  ParseHash(image.model.sha256, facts_.model_sha256);
  facts_.model_ready = image.model_ready;
  if (image.model_ready) window_.Open(*tflite::GetModel(image.model.data));
}

serial_link::DeviceNames LinkServices::Names() const {
  return {image_.platform.board, image_.version, image_.model.name, image_.kernel, image_.accelerator};
}

serial_link::MemoryFacts LinkServices::Memory() const {
  const port::StackUse stack = port::MeasureStack();
  const port::StackUse interrupts = port::MeasureInterruptStack();
  const port::ImageSize size = port::MeasureImage();
  return {Bytes(image_.application.arena_used_bytes()),
          Bytes(image_.arena_bytes),
          Bytes(stack.used_bytes + interrupts.used_bytes),
          Bytes(stack.bytes + interrupts.bytes),
          Bytes(size.ram),
          Bytes(size.flash),
          Bytes(image_.application.weights_ram_used_bytes())};
}

serial_link::AcceleratorCounts LinkServices::Accelerator() const {
  return {image_.driver.launches(), image_.driver.faults()};
}

size_t LinkServices::TensorCount(Direction direction) const {
  return direction == Direction::kInput ? image_.application.inputs_size()
                                        : image_.application.outputs_size();
}

serial_link::Tensor LinkServices::GetTensor(Direction direction, size_t index) {
  const TfLiteTensor* tensor =
      direction == Direction::kInput ? image_.application.input(index) : image_.application.output(index);
  if (tensor == nullptr) return {};
  // Signed types only: an int is 32 bits here.
  const auto* shape = reinterpret_cast<const int32_t*>(tensor->dims->data);
  return {static_cast<uint8_t>(tensor->type),
          shape,
          static_cast<uint8_t>(tensor->dims->size),
          tensor->params.scale,
          tensor->params.zero_point,
          static_cast<uint8_t*>(tensor->data.data),
          Bytes(tensor->bytes)};
}

bool LinkServices::Invoke(uint32_t& cycles) {
  port::FeedWatchdog();
  const uint32_t start = image_.platform.clock.Cycles();
  const bool ran = image_.application.Invoke() == kTfLiteOk;
  cycles = image_.platform.clock.Cycles() - start;
  return ran;
}

serial_link::Scores LinkServices::Score() {
  serial_link::Scores scores = {NAN, NAN};
  const TfLiteTensor* input = image_.application.input();
  const TfLiteTensor* output = image_.application.output();
  if (input == nullptr || output == nullptr) return scores;
  const Quantization scale = InputQuantization(*tflite::GetModel(image_.model.data), *input);
  if (input->type == kTfLiteFloat32) {
    const size_t count = input->bytes / sizeof(float);
    scores.score_float = MeanSquaredDifference(input->data.f, count, *output);
    if (scale.scale > 0) {
      scores.score_int8 = RoundedMeanSquaredDifference(input->data.f, scale, count, *output);
    }
  } else if (input->type == kTfLiteInt8) {
    scores.score_int8 = MeanSquaredDifference(input->data.int8, scale, input->bytes, *output);
  }
  return scores;
}

serial_link::PushResult LinkServices::PushFrame(const serial_link::FrameKey& key, const int8_t* values,
                                                size_t count) {
  return window_.Push(key, values, count);
}

serial_link::LayerFigures LinkServices::Layer(size_t index) const {
  const tflite::Model& model = *tflite::GetModel(image_.model.data);
  const tflite::Operator& op = *model.subgraphs()->Get(0)->operators()->Get(static_cast<uint32_t>(index));
  const LayerRecord& layer = image_.application.layers()[index];
  return {static_cast<uint32_t>(tflite::GetBuiltinCode(model.operator_codes()->Get(op.opcode_index()))),
          layer.cpu_cycles,
          layer.wait_cycles,
          static_cast<uint32_t>(layer.accelerator_cycles),
          layer.launches,
          layer.faults};
}

serial_link::SelfTestResult LinkServices::SelfTest(char* bytes, size_t capacity) {
  TextSlice slice(0, bytes, capacity);
  Text text(slice);
  serial_link::SelfTestResult result{};
  if (image_.driver.ready()) {
    ++result.tests;
    const app::SelfTest test = TestAccelerator(image_.driver);
    if (!test.passed()) {
      ++result.failed;
      text.Put("accelerator: a sum of products is not what it should be").EndLine();
    }
  }
  result.text_bytes = slice.size();
  return result;
}

size_t LinkServices::ReadLog(size_t offset, char* bytes, size_t capacity) {
  TextSlice slice(offset, bytes, capacity);
  Text text(slice);
  PrintLog(text, image_.platform, image_.driver);
  return slice.size();
}

}  // namespace app
