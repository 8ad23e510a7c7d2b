// Which replies are kept.
#include "link/reply_store.h"

#include <gtest/gtest.h>

#include <cstring>

namespace {

using serial_link::ReplyStore;

class ReplyStoreTest : public testing::Test {
 protected:
  void Keep(uint16_t sequence, size_t size) {
    std::memset(store_.Begin(), sequence, size);
    store_.Keep(sequence, 1000u + sequence, size);
  }

  void ExpectKept(uint16_t sequence, size_t size) {
    const serial_link::KeptReply* kept = store_.Find(sequence);
    ASSERT_NE(kept, nullptr) << sequence;
    EXPECT_EQ(kept->size, size);
    EXPECT_EQ(kept->request_crc, 1000u + sequence);
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(kept->body[i], static_cast<uint8_t>(sequence));
  }

  ReplyStore store_;
};

TEST_F(ReplyStoreTest, KeepsTwoOfTheLargest) {
  for (uint16_t sequence = 0; sequence < 100; ++sequence) {
    Keep(sequence, serial_link::kMaxBody);
    ExpectKept(sequence, serial_link::kMaxBody);
    if (sequence > 0) ExpectKept(static_cast<uint16_t>(sequence - 1), serial_link::kMaxBody);
  }
}

TEST_F(ReplyStoreTest, KeepsSixteenShortOnes) {
  const size_t size = serial_link::kMinBody + ReplyStore::kShortPayload;
  for (uint16_t sequence = 0; sequence < 100; ++sequence) Keep(sequence, size);
  for (uint16_t sequence = 84; sequence < 100; ++sequence) ExpectKept(sequence, size);
  EXPECT_EQ(store_.Find(83), nullptr);
}

TEST_F(ReplyStoreTest, AReplyInTheMakingTakesNoMoreThanTheOldestOfThem) {
  const size_t size = serial_link::kMinBody + ReplyStore::kShortPayload;
  for (uint16_t sequence = 0; sequence < 16; ++sequence) Keep(sequence, size);
  store_.Begin();
  for (uint16_t sequence = 1; sequence < 16; ++sequence) ExpectKept(sequence, size);
}

TEST_F(ReplyStoreTest, TheLowestNumberGivesWay) {
  const size_t sizes[] = {30, 108, 8, 55};
  const auto size_of = [&sizes](uint16_t sequence) { return sizes[sequence % 4]; };
  // From 65520 on, each four in another order; the numbers wrap.
  for (uint16_t four = 0; four < 40; ++four) {
    for (const uint16_t place : {3, 0, 2, 1}) {
      const auto sequence = static_cast<uint16_t>(65520 + 4 * four + place);
      Keep(sequence, size_of(sequence));
    }
    const auto last = static_cast<uint16_t>(65520 + 4 * four + 3);
    for (uint16_t back = 0; back < 16 && back <= 4 * four + 3; ++back) {
      const auto sequence = static_cast<uint16_t>(last - back);
      ExpectKept(sequence, size_of(sequence));
    }
    EXPECT_EQ(store_.Find(static_cast<uint16_t>(last - 16)), nullptr);
  }
}

TEST_F(ReplyStoreTest, MixesSizes) {
  for (uint16_t sequence = 0; sequence < 1000; ++sequence) {
    const size_t size = 8 + sequence * 37u % 1025;
    Keep(sequence, size);
    ExpectKept(sequence, size);
    if (sequence > 0) ExpectKept(static_cast<uint16_t>(sequence - 1), 8 + (sequence - 1) * 37u % 1025);
  }
  store_.Clear();
  EXPECT_EQ(store_.Find(999), nullptr);
}

}  // namespace
