// Fields of payloads: byte order, and their ends.
#include "link/payload.h"

#include <gtest/gtest.h>

namespace {

TEST(PayloadReader, ReadsLittleEndian) {
  const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 0xFF};
  serial_link::PayloadReader reader(bytes, sizeof(bytes));
  EXPECT_EQ(reader.U16(), 0x0201);
  EXPECT_EQ(reader.U32(), 0x06050403u);
  EXPECT_FALSE(reader.Complete());
  EXPECT_EQ(reader.U8(), 0xFF);
  EXPECT_TRUE(reader.Complete());
}

TEST(PayloadReader, ReadsZerosPastTheEndAndSaysSo) {
  const uint8_t bytes[] = {1, 2, 3};
  serial_link::PayloadReader reader(bytes, sizeof(bytes));
  EXPECT_EQ(reader.U32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.U8(), 0);
  EXPECT_EQ(reader.Bytes(0), nullptr);
}

TEST(PayloadWriter, WritesLittleEndian) {
  uint8_t bytes[32];
  serial_link::PayloadWriter writer(bytes, sizeof(bytes));
  writer.U16(0x0201);
  writer.U32(0x06050403);
  writer.I32(-2);
  writer.F32(1.0f);
  writer.CountedText("ab");
  const uint8_t expected[] = {1, 2, 3, 4, 5, 6, 0xFE, 0xFF, 0xFF, 0xFF, 0, 0, 0x80, 0x3F, 2, 'a', 'b'};
  ASSERT_EQ(writer.size(), sizeof(expected));
  EXPECT_EQ(std::memcmp(bytes, expected, sizeof(expected)), 0);
}

TEST(PayloadWriter, LeavesOutWhatDoesNotFit) {
  uint8_t bytes[3];
  serial_link::PayloadWriter writer(bytes, sizeof(bytes));
  writer.U32(1);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.size(), 0u);
  writer.Take(5);
  EXPECT_EQ(writer.size(), 3u);
  writer.Clear();
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.space(), 3u);
}

}  // namespace
