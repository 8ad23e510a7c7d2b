// Requests are checked here: what reaches Services lies within its tensors.
#include "link/requests.h"

#include <algorithm>
#include <cmath>

namespace serial_link {
namespace {

constexpr size_t kHashBytes = 32;
constexpr size_t kLayerBytes = 28;
constexpr uint16_t kMaxRuns = 16;

constexpr Outcome kBadLength = {Error::kBadRequest, "the payload has another length than its type"};
constexpr Outcome kPastTheStage = {Error::kBadRequest, "past the end of the stage"};
constexpr Outcome kNoModel = {Error::kNoModel, "the model is not ready: see the device's banner"};
constexpr Outcome kInferenceFailed = {Error::kInferenceFailed, "the model's run failed"};

bool IsZero(const uint8_t* bytes, size_t count) {
  return std::all_of(bytes, bytes + count, [](uint8_t byte) { return byte == 0; });
}

bool NeedsModel(Type type) {
  switch (type) {
    case Type::kSetInput:
    case Type::kPushFrame:
    case Type::kInvoke:
    case Type::kGetOutput:
    case Type::kScore:
    case Type::kProfile:
    case Type::kPushStaged:
      return true;
    default:
      return false;
  }
}

}  // namespace

Outcome Requests::Serve(uint8_t type, PayloadReader& request, PayloadWriter& reply) {
  if (NeedsModel(static_cast<Type>(type)) && !services_.facts().model_ready) return kNoModel;
  switch (static_cast<Type>(type)) {
    case Type::kHello:
      return Hello(request, reply);
    case Type::kGoodbye:
      return kServed;
    case Type::kDescribe:
      return Describe(request, reply);
    case Type::kSetInput:
      return SetInput(request);
    case Type::kPushFrame:
      return PushFrame(request, reply);
    case Type::kInvoke:
      return Invoke(request, reply);
    case Type::kGetOutput:
      return GetOutput(request, reply);
    case Type::kScore:
      return Score(request, reply);
    case Type::kProfile:
      return Profile(request, reply);
    case Type::kSelfTest:
      return SelfTest(request, reply);
    case Type::kLog:
      return ReadLog(request, reply);
    case Type::kSetBaud:
      return SetBaud(request);
    case Type::kPing:
      return Ping(request, reply);
    case Type::kStage:
      return Stage(request);
    case Type::kPushStaged:
      return PushStaged(request, reply);
  }
  return {Error::kUnknownType, "unknown type "};
}

// The version comes first in every version of the protocol, whatever follows.
Outcome Requests::Hello(PayloadReader& request, PayloadWriter& reply) {
  const uint16_t version = request.U16();
  if (request.ok() && version != kProtocolVersion) {
    static_assert(kProtocolVersion == 2);
    return {Error::kWrongVersion, "this device speaks protocol version 2"};
  }
  (void)request.U16();
  (void)request.U32();  // the nonce, which makes the request unlike others
  const uint8_t* hash = request.Bytes(kHashBytes);
  if (!request.Complete()) return kBadLength;
  const DeviceFacts& facts = services_.facts();
  reply.U16(kProtocolVersion);
  reply.U16(kMaxPayload);
  reply.U32(facts.ring_bytes);
  reply.U32(facts.boot_id);
  reply.U32(facts.clock_hz);
  reply.U64(facts.unique_id);
  reply.Bytes(facts.build_id.data(), facts.build_id.size());
  reply.Bytes(facts.model_sha256.data(), facts.model_sha256.size());
  const bool matches =
      IsZero(hash, kHashBytes) || std::equal(hash, hash + kHashBytes, facts.model_sha256.begin());
  reply.U8(matches ? 1 : 0);
  return kServed;
}

Outcome Requests::Describe(PayloadReader& request, PayloadWriter& reply) {
  const uint8_t section = request.U8();
  const uint16_t offset = request.U16();
  const uint16_t length = request.U16();
  if (!request.Complete()) return kBadLength;
  const Outcome outcome = DescribeSection(section, reply);
  if (outcome.error == Error::kNone && !reply.ok()) return {Error::kBadRequest, "the section is too long"};
  reply.Cut(offset, length);
  return outcome;
}

Outcome Requests::DescribeSection(uint8_t section, PayloadWriter& reply) {
  switch (section) {
    case 0: {
      const DeviceNames names = services_.Names();
      for (const char* name : {names.board, names.version, names.model, names.kernel, names.accelerator}) {
        reply.CountedText(name);
      }
      return kServed;
    }
    case 1:
      if (!services_.facts().model_ready) return kNoModel;
      DescribeTensors(Direction::kInput, reply);
      DescribeTensors(Direction::kOutput, reply);
      return kServed;
    case 2: {
      const MemoryFacts memory = services_.Memory();
      for (const uint32_t bytes : {memory.arena_used, memory.arena_size, memory.stack_used, memory.stack_size,
                                   memory.ram_used, memory.flash_used, memory.weights_ram}) {
        reply.U32(bytes);
      }
      return kServed;
    }
    case 3: {
      if (!services_.facts().model_ready) return kNoModel;
      const WindowFacts window = services_.Window();
      reply.U32(window.values);
      reply.F32(window.scale);
      reply.I32(window.zero_point);
      return kServed;
    }
    case 4:
      for (const uint32_t count :
           {counts_.good_frames, counts_.bad_frames, line_.lost_bytes(), line_.baud()}) {
        reply.U32(count);
      }
      return kServed;
    case 5: {
      const AcceleratorCounts counts = services_.Accelerator();
      reply.U32(counts.launches);
      reply.U32(counts.faults);
      return kServed;
    }
    default:
      return {Error::kBadRequest, "no such section"};
  }
}

void Requests::DescribeTensors(Direction direction, PayloadWriter& reply) {
  for (size_t i = 0; i < services_.TensorCount(direction); ++i) {
    const Tensor tensor = services_.GetTensor(direction, i);
    reply.U8(static_cast<uint8_t>(direction));
    reply.U8(tensor.type);
    reply.U8(tensor.rank);
    for (uint8_t axis = 0; axis < tensor.rank; ++axis) reply.I32(tensor.shape[axis]);
    reply.F32(tensor.scale);
    reply.I32(tensor.zero_point);
    reply.U32(tensor.size);
  }
}

Outcome Requests::SetInput(PayloadReader& request) {
  const uint32_t offset = request.U32();
  if (!request.ok()) return kBadLength;
  const Tensor input = services_.GetTensor(Direction::kInput, 0);
  const size_t count = request.left();
  if (offset > input.size || count > input.size - offset) {
    return {Error::kBadRequest, "past the end of the input tensor"};
  }
  const uint8_t* bytes = request.Bytes(count);
  std::copy(bytes, bytes + count, input.bytes + offset);
  return kServed;
}

Outcome Requests::PushFrame(PayloadReader& request, PayloadWriter& reply) {
  FrameKey key{};
  key.session = request.U32();
  key.clip = request.U32();
  key.frame = request.U32();
  if (!request.ok() || request.left() == 0) return kBadLength;
  const size_t count = request.left();
  return Push(key, request.Bytes(count), count, reply);
}

Outcome Requests::PushStaged(PayloadReader& request, PayloadWriter& reply) {
  FrameKey key{};
  key.session = request.U32();
  key.clip = request.U32();
  key.frame = request.U32();
  const size_t offset = request.U16();
  const size_t count = request.U16();
  if (!request.Complete()) return kBadLength;
  if (offset > stage_.size() || count > stage_.size() - offset) return kPastTheStage;
  return Push(key, stage_.data() + offset, count, reply);
}

Outcome Requests::Stage(PayloadReader& request) {
  const size_t offset = request.U16();
  if (!request.ok()) return kBadLength;
  const size_t count = request.left();
  if (offset > stage_.size() || count > stage_.size() - offset) return kPastTheStage;
  const uint8_t* bytes = request.Bytes(count);
  std::copy(bytes, bytes + count, stage_.data() + offset);
  return kServed;
}

Outcome Requests::Push(const FrameKey& key, const uint8_t* values, size_t count, PayloadWriter& reply) {
  const PushResult result = services_.PushFrame(key, reinterpret_cast<const int8_t*>(values), count);
  switch (result.status) {
    case PushStatus::kStored:
    case PushStatus::kScored:
      break;
    case PushStatus::kRestart:
      return {Error::kRestart, "a frame out of turn: begin with frame 0"};
    case PushStatus::kBadLength:
      return {Error::kBadRequest, "frames of that length do not make the model's input"};
    case PushStatus::kFailed:
      return kInferenceFailed;
  }
  reply.U8(result.status == PushStatus::kScored ? 1 : 0);
  reply.F32(result.score_int8);
  reply.U32(result.cycles);
  return kServed;
}

Outcome Requests::Invoke(PayloadReader& request, PayloadWriter& reply) {
  const uint16_t runs = request.left() > 0 ? request.U16() : 1;
  if (!request.Complete()) return kBadLength;
  if (runs == 0 || runs > kMaxRuns) return {Error::kBadRequest, "1 to 16 runs are possible"};
  uint32_t cycles = 0;
  for (uint16_t run = 0; run < runs; ++run) {
    if (!services_.Invoke(cycles)) return kInferenceFailed;
  }
  reply.U32(cycles);
  return kServed;
}

Outcome Requests::GetOutput(PayloadReader& request, PayloadWriter& reply) {
  const uint32_t offset = request.U32();
  const uint16_t length = request.U16();
  if (!request.Complete()) return kBadLength;
  const Tensor output = services_.GetTensor(Direction::kOutput, 0);
  if (offset > output.size || length > output.size - offset) {
    return {Error::kBadRequest, "past the end of the output tensor"};
  }
  reply.Bytes(output.bytes + offset, length);
  return reply.ok() ? kServed : Outcome{Error::kBadRequest, "longer than a reply"};
}

Outcome Requests::Score(PayloadReader& request, PayloadWriter& reply) {
  if (!request.Complete()) return kBadLength;
  const Scores scores = services_.Score();
  reply.F32(scores.score_float);
  reply.F32(scores.score_int8);
  return kServed;
}

Outcome Requests::Profile(PayloadReader& request, PayloadWriter& reply) {
  const size_t first = request.U16();
  const size_t most = request.U16();
  if (!request.Complete()) return kBadLength;
  const size_t count = services_.LayerCount();
  reply.U16(static_cast<uint16_t>(count));
  reply.U16(static_cast<uint16_t>(first));
  const size_t end = std::min(count, first + most);
  for (size_t i = first; i < end && reply.space() >= kLayerBytes; ++i) {
    const LayerFigures layer = services_.Layer(i);
    for (const uint32_t figure : {layer.opcode, layer.cpu_cycles, layer.wait_cycles, layer.accelerator_cycles,
                                  layer.cpu_cycles + layer.wait_cycles, layer.launches, layer.faults}) {
      reply.U32(figure);
    }
  }
  return kServed;
}

Outcome Requests::SelfTest(PayloadReader& request, PayloadWriter& reply) {
  if (!request.Complete()) return kBadLength;
  constexpr size_t kCounts = 8;
  char* text = reinterpret_cast<char*>(reply.end() + kCounts);
  const SelfTestResult result = services_.SelfTest(text, reply.space() - kCounts);
  reply.U32(result.tests);
  reply.U32(result.failed);
  reply.Take(result.text_bytes);
  return kServed;
}

Outcome Requests::ReadLog(PayloadReader& request, PayloadWriter& reply) {
  const uint32_t offset = request.U32();
  const size_t length = request.U16();
  if (!request.Complete()) return kBadLength;
  const size_t most = std::min(length, reply.space());
  reply.Take(services_.ReadLog(offset, reinterpret_cast<char*>(reply.end()), most));
  return kServed;
}

Outcome Requests::SetBaud(PayloadReader& request) {
  const uint32_t baud = request.U32();
  if (!request.Complete()) return kBadLength;
  if (!line_.Supports(baud)) return {Error::kUnsupportedBaud, "the device's clock does not make that rate"};
  return kServed;
}

Outcome Requests::Ping(PayloadReader& request, PayloadWriter& reply) {
  const size_t count = request.left();
  reply.Bytes(request.Bytes(count), count);
  return kServed;
}

}  // namespace serial_link
