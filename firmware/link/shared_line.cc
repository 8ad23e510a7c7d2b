// Takes the line apart: docs/link.md, "Frames".
#include "link/shared_line.h"

namespace serial_link {
void SharedLine::Write(const char* bytes, size_t count) {
  if (!server_.InSession()) serial_.Write(bytes, count);
}

int SharedLine::Read() {
  for (int read = serial_.Read(); read >= 0; read = serial_.Read()) {
    const auto byte = static_cast<uint8_t>(read);
    server_.CheckTime();
    if (receiver_.open() && HavePassed(clock_, read_at_, kSilenceMs)) receiver_.Abandon();
    read_at_ = clock_.Cycles();
    switch (receiver_.Receive(byte)) {
      case FrameReceiver::Event::kOutside:
        if (!server_.InSession()) return byte;
        break;
      case FrameReceiver::Event::kInside:
        break;
      case FrameReceiver::Event::kOpened:
        if (console_ != nullptr) console_->DiscardLine();
        break;
      case FrameReceiver::Event::kDropped:
        server_.OnDroppedFrame();
        break;
      case FrameReceiver::Event::kFrame:
        server_.OnFrame(receiver_.body(), receiver_.size());
        return -1;
    }
  }
  return -1;
}

}  // namespace serial_link
