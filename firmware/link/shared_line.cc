// Takes the line apart: docs/link.md, "Frames".
#include "link/shared_line.h"

namespace serial_link {
void SharedLine::Write(const char* bytes, size_t count) {
  if (!server_.InSession()) serial_.Write(bytes, count);
}

// Time is looked at only between bursts, as within one nothing has been waited for; and when there is nothing
// to read, so that it is enough to call this more often than the clock wraps.
int SharedLine::Read() {
  while (Waiting() || Refill()) {
    if (idle_) EndPause();
    next_ += receiver_.ReceiveContent(chunk_.data() + next_, count_ - next_);
    if (!Waiting()) continue;
    const uint8_t byte = chunk_[next_++];
    switch (receiver_.Receive(byte)) {
      case FrameReceiver::Event::kInside:
        break;
      case FrameReceiver::Event::kOutside:
        if (!server_.InSession()) return byte;
        break;
      case FrameReceiver::Event::kOpened:
        if (console_ != nullptr) console_->DiscardLine();
        break;
      case FrameReceiver::Event::kDropped:
        server_.OnDroppedFrame();
        break;
      case FrameReceiver::Event::kFrame:
        server_.OnFrame(receiver_.body(), receiver_.size());
        BeginPause();
        return -1;
    }
  }
  BeginPause();
  CheckTime();
  return -1;
}

bool SharedLine::Refill() {
  next_ = 0;
  count_ = serial_.ReadWaiting(chunk_.data(), chunk_.size());
  return count_ > 0;
}

void SharedLine::BeginPause() {
  if (!idle_) idle_since_ = clock_.Cycles();
  idle_ = true;
}

void SharedLine::EndPause() {
  CheckTime();
  idle_ = false;
}

void SharedLine::CheckTime() {
  server_.CheckTime();
  if (receiver_.open() && HavePassed(clock_, idle_since_, kSilenceMs)) receiver_.Abandon();
}

}  // namespace serial_link
