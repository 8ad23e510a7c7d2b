// The link's services (docs/link.md) on the application and the platform.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/commands/image.h"
#include "app/console.h"
#include "app/sliding_window.h"
#include "link/services.h"

namespace app {

class LinkServices final : public serial_link::Services {
 public:
  // `image` must outlive it; its application has been prepared. To be made once per start.
  explicit LinkServices(const Image& image);

  const serial_link::DeviceFacts& facts() const override { return facts_; }
  serial_link::DeviceNames Names() const override;
  serial_link::MemoryFacts Memory() const override;
  serial_link::AcceleratorCounts Accelerator() const override;
  size_t TensorCount(serial_link::Direction direction) const override;
  serial_link::Tensor GetTensor(serial_link::Direction direction, size_t index) override;
  bool Invoke(uint32_t& cycles) override;
  serial_link::Scores Score() override;
  serial_link::WindowFacts Window() const override { return window_.facts(); }
  serial_link::PushResult PushFrame(const serial_link::FrameKey& key, const int8_t* values,
                                    size_t count) override;
  size_t LayerCount() const override { return image_.application.layer_count(); }
  serial_link::LayerFigures Layer(size_t index) const override;
  serial_link::SelfTestResult SelfTest(char* text, size_t capacity) override;
  size_t ReadLog(size_t offset, char* text, size_t capacity) override;

 private:
  const Image& image_;
  serial_link::DeviceFacts facts_{};
  SlidingWindow window_;
};

// Lets the demultiplexer discard the console's line.
class DiscardedLine final : public serial_link::ConsoleLine {
 public:
  explicit DiscardedLine(Console& console) : console_(console) {}
  void DiscardLine() override { console_.Discard(); }

 private:
  Console& console_;
};

}  // namespace app
