// Replies lie one behind the other; the oldest is dropped by moving the others down.
#include "link/reply_store.h"

#include <cstring>

namespace serial_link {

uint8_t* ReplyStore::Begin() {
  while (count_ > 0 && (count_ == kCount || kBytes - used_ < kMaxBody)) DropOldest();
  return bytes_.data() + used_;
}

void ReplyStore::Keep(uint16_t sequence, uint32_t request_crc, size_t size) {
  replies_[count_++] = {sequence, static_cast<uint16_t>(size), request_crc, bytes_.data() + used_};
  used_ += size;
}

const KeptReply* ReplyStore::Find(uint16_t sequence) const {
  for (size_t i = 0; i < count_; ++i) {
    if (replies_[i].sequence == sequence) return &replies_[i];
  }
  return nullptr;
}

void ReplyStore::Clear() {
  count_ = 0;
  used_ = 0;
}

void ReplyStore::DropOldest() {
  const size_t size = replies_[0].size;
  std::memmove(bytes_.data(), bytes_.data() + size, used_ - size);
  used_ -= size;
  --count_;
  for (size_t i = 0; i < count_; ++i) {
    replies_[i] = replies_[i + 1];
    replies_[i].body -= size;
  }
}

}  // namespace serial_link
