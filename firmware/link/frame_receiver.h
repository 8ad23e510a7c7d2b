// Takes frames out of received bytes, one at a time; whatever comes in, the next good frame is found.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "link/frame.h"

namespace serial_link {

class FrameReceiver {
 public:
  enum class Event {
    kOutside,  // the byte belongs to no frame
    kInside,   // the byte was taken
    kOpened,   // a frame was opened, or one without content closed and the next one opened
    kFrame,    // a good frame was closed: see body()
    kDropped,  // a bad frame was closed, and the next one opened
  };

  Event Receive(uint8_t byte);

  // Takes those of the next bytes that are nothing but content of the open frame; returns how many, often
  // all but one in 254. The others are for Receive.
  size_t ReceiveContent(const uint8_t* bytes, size_t count);

  // Forgets the frame that is open.
  void Abandon() { open_ = false; }

  bool open() const { return open_; }

  // The last good frame: header, payload and CRC, kMinBody to kMaxBody bytes. Valid until the next frame has
  // been opened.
  const uint8_t* body() const { return body_.data(); }
  size_t size() const { return size_; }

 private:
  void Open();
  void Put(uint8_t byte);
  bool IsGood() const;

  std::array<uint8_t, kMaxBody> body_{};
  size_t size_ = 0;
  uint8_t piece_left_ = 0;     // bytes until the next code
  bool zero_pending_ = false;  // a zero comes before the next piece, if there is one
  bool open_ = false;
  bool empty_ = true;
  bool oversize_ = false;
};

}  // namespace serial_link
