// The last replies, ready to be sent again, and the space where the next one is made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "link/frame.h"

namespace serial_link {

// A reply and the request that it answers.
struct KeptReply {
  uint16_t sequence;
  uint16_t size;  // of the body
  uint32_t request_crc;
  const uint8_t* body;  // [size]
};

// Keeps the kCount replies with the highest sequence numbers, in whatever order they were made, as far as
// space goes: two of any size, or all with payloads of up to kShortPayload bytes.
class ReplyStore {
 public:
  static constexpr size_t kCount = 16;
  static constexpr size_t kShortPayload = 100;

  // Space for a body of kMaxBody bytes. Replies with the lowest numbers give way.
  uint8_t* Begin();

  // Keeps the finished body [size] that was made there.
  void Keep(uint16_t sequence, uint32_t request_crc, size_t size);

  // nullptr when none is kept. Valid until the next Begin or Clear.
  const KeptReply* Find(uint16_t sequence) const;

  void Clear();

 private:
  void DropLowest();
  void CloseGap(size_t index);
  void MoveDown();

  // One reply is in the making while the others are kept: one of any size, or all short ones but itself.
  static constexpr size_t kBytes = kMaxBody + kCount * (kMinBody + kShortPayload);
  static_assert(kBytes >= 2 * kMaxBody);

  std::array<uint8_t, kBytes> bytes_{};
  std::array<KeptReply, kCount> replies_{};  // as they lie in bytes_
  size_t count_ = 0;
  size_t begin_ = 0;  // of the first, in bytes_
  size_t end_ = 0;    // of the last
};

}  // namespace serial_link
