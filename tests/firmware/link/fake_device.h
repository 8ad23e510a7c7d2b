// A device for tests of the link: a line in memory, a clock set by hand, and services that count.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "link/services.h"
#include "port/clock.h"
#include "port/serial.h"
#include "port/serial_rate.h"

namespace link_test {

// Bytes from text like "00 0d 02".
inline std::string Hex(const std::string& text) {
  std::string bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 3) {
    bytes.push_back(static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

class FakeLine final : public port::Serial {
 public:
  void Write(const char* bytes, size_t count) override { written_.append(bytes, count); }
  int Read() override {
    if (received_.empty()) return -1;
    const auto byte = static_cast<unsigned char>(received_.front());
    received_.pop_front();
    return byte;
  }
  void Receive(const std::string& bytes) { received_.insert(received_.end(), bytes.begin(), bytes.end()); }
  bool InputWaiting() const { return !received_.empty(); }

  // What was written since the last call.
  std::string Take() {
    std::string bytes;
    bytes.swap(written_);
    return bytes;
  }

 private:
  std::deque<char> received_;
  std::string written_;
};

class FakeClock final : public port::Clock {
 public:
  static constexpr uint32_t kHz = 1'000'000;

  uint32_t Frequency() const override { return kHz; }
  uint32_t Cycles() const override { return cycles_; }
  void Pass(uint32_t ms) { cycles_ += ms * (kHz / 1000); }

 private:
  uint32_t cycles_ = 0xFFFF0000;  // it wraps early
};

class FakeRate final : public port::SerialRate {
 public:
  bool Supports(uint32_t baud) const override { return baud >= 1200 && baud <= 2'000'000; }
  void Switch(uint32_t baud) override {
    baud_ = baud;
    ++switches;
  }
  uint32_t baud() const override { return baud_; }
  uint32_t framing_errors() const override { return errors; }
  uint32_t lost_bytes() const override { return 7; }

  uint32_t errors = 0;
  int switches = 0;

 private:
  uint32_t baud_ = 115200;
};

// A model that copies its input of 640 bytes to its output.
class FakeServices final : public serial_link::Services {
 public:
  FakeServices() : input(640), output(640) {
    facts_.ring_bytes = 4096;
    facts_.boot_id = 0x01020304;
    facts_.clock_hz = 78'000'000;
    facts_.unique_id = 0x1122334455667788;
    facts_.build_id.fill(0xB1);
    facts_.model_sha256.fill(0x5A);
    facts_.model_ready = true;
  }

  const serial_link::DeviceFacts& facts() const override { return facts_; }
  serial_link::DeviceNames Names() const override { return {"board", "1.2", "model", "fast", "MVP"}; }
  serial_link::MemoryFacts Memory() const override { return {1, 2, 3, 4, 5, 6, serial_link::kUnknown}; }
  serial_link::AcceleratorCounts Accelerator() const override { return {30, 2}; }
  size_t TensorCount(serial_link::Direction) const override { return 1; }
  serial_link::Tensor GetTensor(serial_link::Direction direction, size_t) override {
    std::vector<uint8_t>& bytes = direction == serial_link::Direction::kInput ? input : output;
    return {9, shape_, 2, 0.5f, -3, bytes.data(), static_cast<uint32_t>(bytes.size())};
  }
  bool Invoke(uint32_t& cycles) override {
    ++invocations;
    cycles = 1000;
    output = input;
    return runs;
  }
  serial_link::Scores Score() override { return {NAN, 0.25f}; }
  serial_link::WindowFacts Window() const override { return {640, 0.5f, -3}; }
  serial_link::PushResult PushFrame(const serial_link::FrameKey& key, const int8_t* values,
                                    size_t count) override {
    ++pushes;
    pushed.assign(values, values + count);
    if (count != 128) return {serial_link::PushStatus::kBadLength, NAN, 0};
    if (key.frame != 0) return {serial_link::PushStatus::kRestart, NAN, 0};
    return {serial_link::PushStatus::kStored, NAN, 0};
  }
  size_t LayerCount() const override { return layers; }
  serial_link::LayerFigures Layer(size_t index) const override {
    return {static_cast<uint32_t>(index), 10, 20, 30, 1, 0};
  }
  serial_link::SelfTestResult SelfTest(char* text, size_t capacity) override {
    return {3, 1, Copy("one failed\n", 0, text, capacity)};
  }
  size_t ReadLog(size_t offset, char* text, size_t capacity) override {
    return Copy(log, offset, text, capacity);
  }

  std::vector<uint8_t> input;
  std::vector<uint8_t> output;
  std::string log = "the log";
  size_t layers = 2;
  int invocations = 0;
  int pushes = 0;
  std::vector<int8_t> pushed;
  bool runs = true;
  serial_link::DeviceFacts facts_{};

 private:
  static size_t Copy(const std::string& from, size_t offset, char* text, size_t capacity) {
    return offset > from.size() ? 0 : from.copy(text, capacity, offset);
  }

  int32_t shape_[2] = {1, 640};
};

}  // namespace link_test
