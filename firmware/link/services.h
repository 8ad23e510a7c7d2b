// What the link needs of the application and of the line, without knowing either.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serial_link {

inline constexpr uint32_t kUnknown = 0xFFFFFFFF;  // of figures of 32 bits

struct DeviceFacts {
  uint32_t ring_bytes;  // received bytes that wait without loss
  uint32_t boot_id;
  uint32_t clock_hz;  // of cycle counts; 0: they have no meaning
  uint64_t unique_id;
  std::array<uint8_t, 20> build_id;  // zeros: none
  std::array<uint8_t, 32> model_sha256;
  bool model_ready;  // else nothing is asked of the model
};

struct DeviceNames {
  const char* board;
  const char* version;
  const char* model;
  const char* kernel;
  const char* accelerator;
};

enum class Direction : uint8_t { kInput = 0, kOutput = 1 };

struct Tensor {
  uint8_t type;          // TfLiteType
  const int32_t* shape;  // [rank]
  uint8_t rank;
  float scale;  // 0: not quantized
  int32_t zero_point;
  uint8_t* bytes;  // [size]
  uint32_t size;
};

// Bytes; kUnknown where nobody knows.
struct MemoryFacts {
  uint32_t arena_used;
  uint32_t arena_size;
  uint32_t stack_used;
  uint32_t stack_size;
  uint32_t ram_used;
  uint32_t flash_used;
  uint32_t weights_ram;
};

// The quantization of the frames of a sliding window.
struct WindowFacts {
  uint32_t values;  // of a window; 0: the model takes none
  float scale;
  int32_t zero_point;
};

struct FrameKey {
  uint32_t session;
  uint32_t clip;
  uint32_t frame;
};

enum class PushStatus { kStored, kScored, kRestart, kBadLength, kFailed };

struct PushResult {
  PushStatus status;
  float score_int8;  // NaN unless kScored
  uint32_t cycles;   // of the inference; 0 unless kScored
};

// Since start; 0 without an accelerator.
struct AcceleratorCounts {
  uint32_t launches;
  uint32_t faults;  // of these, programs that faulted or timed out
};

// NaN where a score has no meaning.
struct Scores {
  float score_float;
  float score_int8;
};

// Cycles of one layer in the last run.
struct LayerFigures {
  uint32_t opcode;  // BuiltinOperator
  uint32_t cpu_cycles;
  uint32_t wait_cycles;
  uint32_t accelerator_cycles;
  uint32_t launches;
  uint32_t faults;
};

struct SelfTestResult {
  uint32_t tests;
  uint32_t failed;
  size_t text_bytes;  // written, one line per failed test
};

// The model and the device. What is asked of the model is asked only where facts().model_ready.
class Services {
 public:
  virtual const DeviceFacts& facts() const = 0;
  virtual DeviceNames Names() const = 0;
  virtual MemoryFacts Memory() const = 0;
  virtual AcceleratorCounts Accelerator() const = 0;

  virtual size_t TensorCount(Direction direction) const = 0;
  virtual Tensor GetTensor(Direction direction, size_t index) = 0;  // index < TensorCount

  // False when the run failed; `cycles` are then undefined.
  [[nodiscard]] virtual bool Invoke(uint32_t& cycles) = 0;
  virtual Scores Score() = 0;
  virtual WindowFacts Window() const = 0;
  virtual PushResult PushFrame(const FrameKey& key, const int8_t* values, size_t count) = 0;

  virtual size_t LayerCount() const = 0;  // of the last run
  virtual LayerFigures Layer(size_t index) const = 0;

  // Write to `text` [capacity], UTF-8 without an end mark. ReadLog returns how many bytes from `offset` on.
  virtual SelfTestResult SelfTest(char* text, size_t capacity) = 0;
  virtual size_t ReadLog(size_t offset, char* text, size_t capacity) = 0;

 protected:
  ~Services() = default;
};

// The console at the other side of the demultiplexer.
class ConsoleLine {
 public:
  // Forgets the line that is being typed, silently.
  virtual void DiscardLine() = 0;

 protected:
  ~ConsoleLine() = default;
};

}  // namespace serial_link
