// Replies lie one behind the other, and move down only when there is no space left behind them.
#include "link/reply_store.h"

#include <cstring>

namespace serial_link {
namespace {

constexpr uint16_t kHalfOfNumbers = 32768;  // less is ahead of, more behind

}  // namespace

uint8_t* ReplyStore::Begin() {
  while (count_ > 0 && (count_ == kCount || kBytes - (end_ - begin_) < kMaxBody)) DropLowest();
  if (kBytes - end_ < kMaxBody) MoveDown();
  return bytes_.data() + end_;
}

void ReplyStore::Keep(uint16_t sequence, uint32_t request_crc, size_t size) {
  replies_[count_++] = {sequence, static_cast<uint16_t>(size), request_crc, bytes_.data() + end_};
  end_ += size;
}

const KeptReply* ReplyStore::Find(uint16_t sequence) const {
  for (size_t i = 0; i < count_; ++i) {
    if (replies_[i].sequence == sequence) return &replies_[i];
  }
  return nullptr;
}

void ReplyStore::Clear() {
  count_ = 0;
  begin_ = 0;
  end_ = 0;
}

void ReplyStore::DropLowest() {
  size_t lowest = 0;
  for (size_t i = 1; i < count_; ++i) {
    const auto before = static_cast<uint16_t>(replies_[lowest].sequence - replies_[i].sequence);
    if (before < kHalfOfNumbers) lowest = i;
  }
  const size_t size = replies_[lowest].size;
  // Mostly it is the first one, and nothing has to move.
  if (lowest == 0) {
    begin_ += size;
  } else {
    CloseGap(lowest);
  }
  --count_;
  for (size_t i = lowest; i < count_; ++i) replies_[i] = replies_[i + 1];
}

void ReplyStore::CloseGap(size_t index) {
  const size_t size = replies_[index].size;
  const auto at = static_cast<size_t>(replies_[index].body - bytes_.data());
  std::memmove(bytes_.data() + at, bytes_.data() + at + size, end_ - at - size);
  for (size_t i = index + 1; i < count_; ++i) replies_[i].body -= size;
  end_ -= size;
}

void ReplyStore::MoveDown() {
  std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
  for (size_t i = 0; i < count_; ++i) replies_[i].body -= begin_;
  end_ -= begin_;
  begin_ = 0;
}

}  // namespace serial_link
