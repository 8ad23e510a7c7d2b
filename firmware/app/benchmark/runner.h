// The device's end of the MLPerf Tiny anomaly benchmark (docs/benchmark-runner.md): commands in, lines out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/application.h"
#include "app/benchmark/command_line.h"
#include "app/benchmark/data_buffer.h"
#include "app/benchmark/timestamp.h"
#include "app/text.h"
#include "port/serial.h"

namespace app::benchmark {

// What `name` tells; ASCII without a closing bracket.
struct Identity {
  const char* board;
  const uint8_t* build_id;  // [build_id_bytes]
  size_t build_id_bytes;
};

class Runner {
 public:
  // All must outlive the runner. The model has one input and one output, each float32 or int8.
  Runner(port::Serial& serial, Timestamp& timestamp, const Identity& identity)
      : serial_(serial), text_(serial), timestamp_(timestamp), identity_(identity) {}
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // The first lines after start, before the model is prepared.
  void Announce();

  // Drops what has been received so far and says that commands are taken. `application` is nullptr when the
  // model could not be prepared: inference is then an error.
  void Start(Application* application);

  // Serves all that has been received.
  void Poll();

 private:
  void Serve(std::string_view command);
  void PutName();
  void PutHelp();
  void Infer(std::string_view arguments);
  [[nodiscard]] bool Measure(int32_t iterations, int32_t warm_ups);
  [[nodiscard]] bool Repeat(int32_t count);
  void LoadInput();
  void PutResults();

  // Of iterations, and of warm-ups. The benchmark wants timed parts of 10 to 30 s, which are 1,500 to 5,500
  // inferences at its published times; these are 10 s for inferences of 0.1 ms.
  static constexpr int32_t kMostInferences = 100'000;

  // Elements of the input that the buffer can hold.
  static constexpr size_t kMaxElements = DataBuffer::kCapacity / sizeof(float);

  port::Serial& serial_;
  Text text_;
  Timestamp& timestamp_;
  Identity identity_;
  Application* application_ = nullptr;
  CommandLine line_;
  DataBuffer data_;
  std::array<float, kMaxElements> input_{};  // what the score compares the output with
  bool has_results_ = false;
};

}  // namespace app::benchmark
