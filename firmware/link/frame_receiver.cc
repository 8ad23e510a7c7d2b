// COBS decoding byte by byte, and the check of what a closing zero ends.
#include "link/frame_receiver.h"

#include <algorithm>

#include "link/crc32.h"
#include "link/payload.h"

namespace serial_link {
namespace {

constexpr uint8_t kFullPiece = 0xFF;  // the code of a piece without a zero after it

}  // namespace

FrameReceiver::Event FrameReceiver::Receive(uint8_t byte) {
  if (byte == 0) {
    if (!open_ || empty_) {
      Open();
      return Event::kOpened;
    }
    if (!IsGood()) {
      Open();
      return Event::kDropped;
    }
    open_ = false;
    return Event::kFrame;
  }
  if (!open_) return Event::kOutside;
  empty_ = false;
  if (piece_left_ > 0) {
    Put(byte);
    --piece_left_;
    return Event::kInside;
  }
  if (zero_pending_) Put(0);
  zero_pending_ = byte != kFullPiece;
  piece_left_ = static_cast<uint8_t>(byte - 1);
  return Event::kInside;
}

size_t FrameReceiver::ReceiveContent(const uint8_t* bytes, size_t count) {
  if (!open_) return 0;
  const size_t most = std::min({count, size_t{piece_left_}, body_.size() - size_});
  uint8_t* const to = body_.data() + size_;  // or each byte would read size_ anew
  size_t taken = 0;
  for (; taken < most && bytes[taken] != 0; ++taken) to[taken] = bytes[taken];
  size_ += taken;
  piece_left_ = static_cast<uint8_t>(piece_left_ - taken);
  return taken;
}

void FrameReceiver::Open() {
  open_ = true;
  empty_ = true;
  oversize_ = false;
  zero_pending_ = false;
  piece_left_ = 0;
  size_ = 0;
}

void FrameReceiver::Put(uint8_t byte) {
  if (size_ == body_.size()) {
    oversize_ = true;
    return;
  }
  body_[size_++] = byte;
}

bool FrameReceiver::IsGood() const {
  if (oversize_ || piece_left_ > 0 || size_ < kMinBody) return false;
  const size_t covered = size_ - kCrcBytes;
  return Crc32(body_.data(), covered) == LoadU32(body_.data() + covered);
}

}  // namespace serial_link
