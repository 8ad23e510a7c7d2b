// What is written, against the literal frames of docs/link.md.
#include "link/frame_writer.h"

#include <gtest/gtest.h>

#include "fake_device.h"
#include "frames.h"

namespace {

using link_test::Hex;

std::string Write(uint8_t type, uint8_t flags, uint16_t sequence, const std::string& payload) {
  uint8_t body[serial_link::kMaxBody];
  std::memcpy(body + serial_link::kHeaderBytes, payload.data(), payload.size());
  const size_t size = serial_link::FinishBody(body, payload.size(), type, flags, sequence);
  link_test::FakeLine line;
  serial_link::WriteFrame(line, body, size);
  return line.Take();
}

TEST(FrameWriter, WritesTheDocumentsReplies) {
  EXPECT_EQ(Write(13, 1, 1, "help\r\n"), Hex("00 04 0d 01 01 0b 68 65 6c 70 0d 0a a9 35 aa 08 00"));
  EXPECT_EQ(Write(2, 1, 2, ""), Hex("00 04 02 01 02 05 22 1f b9 b8 00"));
  EXPECT_EQ(Write(0x63, 3, 3, "\x03unknown type 99"),
            Hex("00 04 63 03 03 15 03 75 6e 6b 6e 6f 77 6e 20 74 79 70 65 20 39 39 e4 65 26 a7 00"));
}

TEST(FrameWriter, WritesLongPieces) {
  const std::string frame = Write(13, 0, 0x0101, std::string(300, '\xAA'));
  ASSERT_EQ(frame.size(), 312u);
  EXPECT_EQ(frame.substr(0, 6), Hex("00 02 0d ff 01 01"));
  EXPECT_EQ(frame.substr(258, 1), Hex("35"));
  EXPECT_EQ(frame.substr(306), Hex("aa 26 dd be 46 00"));
}

TEST(FrameWriter, AgreesWithStuffingBySplittingForAllLengths) {
  for (size_t length = 0; length <= serial_link::kMaxPayload; ++length) {
    std::string payload(length, 'x');
    for (size_t i = 0; i < length; i += 1 + length % 300) payload[i] = '\0';
    ASSERT_EQ(Write(13, 0, 0x4142, payload), link_test::Frame(13, 0x4142, payload)) << length;
  }
}

TEST(FrameWriter, NeverExceedsTheLongestFrame) {
  EXPECT_EQ(serial_link::kMaxFrame, 1039u);
  EXPECT_LE(Write(13, 1, 0x0101, std::string(1024, 'x')).size(), serial_link::kMaxFrame);
}

}  // namespace
