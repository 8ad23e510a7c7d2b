// Frames out of bytes: good ones, broken ones, and finding the next.
#include "link/frame_receiver.h"

#include <gtest/gtest.h>

#include "fake_device.h"
#include "frames.h"

namespace {

using Event = serial_link::FrameReceiver::Event;
using link_test::Frame;
using link_test::Hex;

class FrameReceiverTest : public testing::Test {
 protected:
  // Payloads of the good frames in `bytes`; the number of bad ones goes to dropped_.
  std::vector<std::string> Receive(const std::string& bytes) {
    std::vector<std::string> payloads;
    for (const char byte : bytes) {
      last_ = receiver_.Receive(static_cast<uint8_t>(byte));
      dropped_ += last_ == Event::kDropped ? 1 : 0;
      if (last_ != Event::kFrame) continue;
      const auto* body = reinterpret_cast<const char*>(receiver_.body());
      payloads.emplace_back(body + 4, receiver_.size() - 8);
    }
    return payloads;
  }

  serial_link::FrameReceiver receiver_;
  Event last_ = Event::kOutside;
  int dropped_ = 0;
};

TEST_F(FrameReceiverTest, ReadsTheDocumentsFrames) {
  EXPECT_EQ(Receive(Hex("00 02 0d 02 01 0b 68 65 6c 70 0d 0a ea 21 d1 1f 00")),
            std::vector<std::string>{"help\r\n"});
  EXPECT_EQ(receiver_.body()[0], 13);
  EXPECT_EQ(Receive(Hex("00 02 04 02 04 01 01 01 01 08 01 02 03 04 05 06 07 01 05 8d 3e 78 27 00")),
            std::vector<std::string>{Hex("00 00 00 00 01 02 03 04 05 06 07 00 00")});
  EXPECT_EQ(dropped_, 0);
}

TEST_F(FrameReceiverTest, ReadsEveryLength) {
  for (size_t length = 0; length <= 1024; ++length) {
    const std::string payload(length, static_cast<char>(length % 7 == 0 ? 0 : length));
    ASSERT_EQ(Receive(Frame(13, 1, payload)), std::vector<std::string>{payload}) << length;
  }
}

TEST_F(FrameReceiverTest, AcceptsAFinalEmptyPieceAfterAFullOne) {
  std::string frame;
  uint16_t sequence = 0x0101;
  do {  // 254 bytes without a zero
    frame = Frame(0x41, ++sequence, std::string(246, 'x'), 4);
  } while (frame.size() != 257);
  EXPECT_EQ(Receive(frame).size(), 1u);
  frame.insert(frame.size() - 1, 1, '\x01');
  EXPECT_EQ(Receive(frame).size(), 1u);
}

TEST_F(FrameReceiverTest, BytesBeforeAndBetweenFramesAreOutside) {
  EXPECT_EQ(receiver_.Receive('x'), Event::kOutside);
  EXPECT_EQ(Receive(Frame(13, 1, "a")).size(), 1u);
  EXPECT_FALSE(receiver_.open());
  EXPECT_EQ(receiver_.Receive('x'), Event::kOutside);
}

TEST_F(FrameReceiverTest, TwoZerosAreAnEmptyFrameAndOpenTheNext) {
  EXPECT_EQ(receiver_.Receive(0), Event::kOpened);
  EXPECT_EQ(receiver_.Receive(0), Event::kOpened);
  EXPECT_EQ(Receive(Frame(13, 1, "a").substr(1)).size(), 1u);
  EXPECT_EQ(dropped_, 0);
}

TEST_F(FrameReceiverTest, ABadFramesEndOpensTheNext) {
  std::string damaged = Frame(13, 1, "abc");
  damaged[5] ^= 0x10;
  EXPECT_TRUE(Receive(damaged).empty());
  EXPECT_EQ(dropped_, 1);
  EXPECT_TRUE(receiver_.open());
  EXPECT_EQ(Receive(Frame(13, 2, "d")).size(), 1u);
}

TEST_F(FrameReceiverTest, FindsTheNextFrameAfterEveryCutFrame) {
  const std::string frame = Frame(13, 1, "a payload");
  for (size_t cut = 1; cut < frame.size(); ++cut) {
    receiver_ = {};
    // Without its last zero the frame is good, and the one after it pays.
    const std::string found = cut + 1 < frame.size() ? "next" : "a payload";
    ASSERT_EQ(Receive(frame.substr(0, cut) + Frame(13, 2, "next")), std::vector<std::string>{found}) << cut;
    ASSERT_EQ(Receive(Frame(13, 3, "third")), std::vector<std::string>{"third"}) << cut;
    receiver_ = {};
    ASSERT_EQ(Receive(frame.substr(cut) + Frame(13, 2, "next")), std::vector<std::string>{"next"}) << cut;
  }
}

TEST_F(FrameReceiverTest, EveryDamagedByteIsNoticed) {
  const std::string frame = Frame(13, 1, "a payload");
  for (size_t at = 1; at + 1 < frame.size(); ++at) {
    for (int value = 1; value < 256; ++value) {
      std::string damaged = frame;
      if (damaged[at] == static_cast<char>(value)) continue;
      damaged[at] = static_cast<char>(value);
      receiver_ = {};
      ASSERT_TRUE(Receive(damaged).empty()) << at << " " << value;
    }
  }
}

TEST_F(FrameReceiverTest, DropsOversizeFramesOfAnyLength) {
  for (const size_t length : {1025u, 1026u, 5000u}) {
    EXPECT_TRUE(Receive(Frame(13, 1, std::string(length, 'x'))).empty());
  }
  EXPECT_EQ(dropped_, 3);
  EXPECT_EQ(Receive(Frame(13, 2, "next")).size(), 1u);
}

TEST_F(FrameReceiverTest, DropsFramesThatAreTooShortForAHeader) {
  for (int length = 0; length < 4; ++length) {
    std::string body(static_cast<size_t>(length), 'x');
    body += link_test::Number(link_test::SlowCrc(body), 4);
    EXPECT_TRUE(Receive(std::string(1, '\0') + link_test::Stuff(body) + std::string(1, '\0')).empty());
    receiver_.Abandon();
  }
  EXPECT_EQ(dropped_, 4);
}

TEST_F(FrameReceiverTest, AnAbandonedFrameLeavesNoneOpen) {
  Receive(Frame(13, 1, "abc").substr(0, 6));
  receiver_.Abandon();
  EXPECT_EQ(receiver_.Receive('x'), Event::kOutside);
  EXPECT_EQ(Receive(Frame(13, 2, "next")).size(), 1u);
}

}  // namespace
