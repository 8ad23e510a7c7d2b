// Sessions, sequence numbers and repeated requests.
#include "link/server.h"

#include <gtest/gtest.h>

#include "fake_device.h"
#include "frames.h"
#include "link/shared_line.h"

namespace {

using link_test::Frame;
using link_test::Hello;
using link_test::Hex;
using link_test::Number;
using link_test::Reply;

class ServerTest : public testing::Test {
 protected:
  std::string Raw(const std::string& bytes) {
    serial_.Receive(bytes);
    while (serial_.InputWaiting() || shared_.Waiting()) (void)shared_.Read();
    return serial_.Take();
  }

  std::vector<Reply> Send(const std::string& bytes) { return link_test::Parse(Raw(bytes)); }

  void Open() { ASSERT_EQ(Send(Hello(1)).size(), 1u); }

  link_test::FakeServices services_;
  link_test::FakeRate rate_;
  link_test::FakeLine serial_;
  link_test::FakeClock clock_;
  serial_link::LinkServer server_{services_, rate_, serial_, clock_};
  serial_link::SharedLine shared_{serial_, server_, clock_};
};

TEST_F(ServerTest, AnswersTheDocumentsFrames) {
  const std::vector<Reply> hello =
      Send(Hex("00 02 01 01 01 02 02 01 01 05 44 33 22 11 01 01 01 01 01 01 01 01 01 01 01 01 "
               "01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 05 7b 51 cf 91 00"));
  ASSERT_EQ(hello.size(), 1u);
  EXPECT_EQ(hello[0].flags, 1);
  EXPECT_EQ(hello[0].payload.size(), 77u);
  EXPECT_EQ(Raw(Hex("00 02 0d 02 01 0b 68 65 6c 70 0d 0a ea 21 d1 1f 00")),
            Hex("00 04 0d 01 01 0b 68 65 6c 70 0d 0a a9 35 aa 08 00"));
  EXPECT_EQ(Raw(Frame(13, 2, "")).size(), 11u);
  EXPECT_EQ(Raw(Hex("00 02 63 02 03 05 32 d4 fa 23 00")),
            Hex("00 04 63 03 03 15 03 75 6e 6b 6e 6f 77 6e 20 74 79 70 65 20 39 39 e4 65 26 a7 00"));
  EXPECT_EQ(Send(Hex("00 02 04 02 04 01 01 01 01 08 01 02 03 04 05 06 07 01 05 8d 3e 78 27 00"))[0].flags, 1);
  EXPECT_EQ(services_.input[6], 7);
}

TEST_F(ServerTest, SaysGoodbyeAsTheDocumentDoes) {
  Open();
  (void)Raw(Frame(13, 1, ""));
  EXPECT_EQ(Raw(Hex("00 02 02 02 02 05 15 75 7b b9 00")), Hex("00 04 02 01 02 05 22 1f b9 b8 00"));
  EXPECT_FALSE(server_.InSession());
  EXPECT_EQ(Raw(Hex("00 02 02 02 02 05 15 75 7b b9 00")), Hex("00 04 02 01 02 05 22 1f b9 b8 00"));
}

TEST_F(ServerTest, WithoutASessionAsksForOne) {
  for (const uint8_t type : {uint8_t{3}, uint8_t{6}, uint8_t{13}, uint8_t{99}}) {
    const std::vector<Reply> replies = Send(Frame(type, 57, "x"));
    ASSERT_EQ(replies.size(), 1u);
    EXPECT_EQ(replies[0].flags, 3);
    EXPECT_EQ(replies[0].sequence, 57);
    EXPECT_EQ(replies[0].payload.substr(0, 1), "\5");
  }
  EXPECT_EQ(services_.invocations, 0);
}

TEST_F(ServerTest, RepeatedRequestsAreAnsweredWithoutWork) {
  Open();
  const std::string first = Raw(Frame(6, 1, ""));
  const std::string second = Raw(Frame(6, 2, ""));
  EXPECT_EQ(Raw(Frame(6, 1, "")), first);
  EXPECT_EQ(Raw(Frame(6, 2, "")), second);
  EXPECT_EQ(services_.invocations, 2);
  EXPECT_EQ(Send(Hello(1)).size(), 1u);  // the session goes on
  EXPECT_EQ(Send(Frame(6, 3, ""))[0].flags, 1);
}

TEST_F(ServerTest, AnotherContentUnderAKeptNumberIsRefused) {
  Open();
  (void)Send(Frame(13, 1, "a"));
  const std::vector<Reply> replies = Send(Frame(13, 1, "b"));
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].flags, 3);
  EXPECT_EQ(replies[0].payload[0], 1);
  EXPECT_EQ(Send(Frame(13, 1, "a"))[0].payload, "a");
}

TEST_F(ServerTest, RequestsAfterALostOneWaitForIt) {
  Open();
  EXPECT_EQ(Raw(Frame(6, 2, "")), "");
  EXPECT_EQ(Raw(Frame(6, 3, "")), "");
  EXPECT_EQ(services_.invocations, 0);
  const std::vector<Reply> replies = Send(Frame(6, 1, "") + Frame(6, 2, "") + Frame(6, 3, ""));
  ASSERT_EQ(replies.size(), 3u);
  for (uint16_t i = 0; i < 3; ++i) EXPECT_EQ(replies[i].sequence, i + 1);
}

// A request that may overtake `count` others.
std::string Overtaking(int count, uint8_t type, uint16_t sequence, const std::string& payload = "") {
  return Frame(type, sequence, payload, static_cast<uint8_t>(count << 4));
}

TEST_F(ServerTest, ARequestOvertakesAsManyAsItMay) {
  Open();
  EXPECT_EQ(Raw(Overtaking(1, 13, 3)), "");
  EXPECT_EQ(Send(Overtaking(2, 13, 3, "c")).size(), 1u);
  EXPECT_EQ(Raw(Overtaking(2, 13, 4)), "");
  EXPECT_EQ(Send(Overtaking(15, 13, 16, "p")).size(), 1u);
  EXPECT_EQ(Raw(Overtaking(15, 13, 17)), "");
  EXPECT_EQ(Send(Frame(13, 1, "a")).size(), 1u);
  // 3 was served: 2 is all that is missing before 4.
  EXPECT_EQ(Raw(Frame(13, 4, "d")), "");
  EXPECT_EQ(Send(Frame(13, 2, "b")).size(), 1u);
  EXPECT_EQ(Send(Frame(13, 4, "d")).size(), 1u);
  for (uint16_t sequence = 5; sequence < 16; ++sequence) EXPECT_EQ(Send(Frame(13, sequence, "")).size(), 1u);
  EXPECT_EQ(Send(Frame(13, 17, "q")).size(), 1u);
}

TEST_F(ServerTest, ARequestThatOvertookIsServedOnce) {
  Open();
  const std::string ahead = Overtaking(1, 6, 2);
  const std::string reply = Raw(ahead);
  EXPECT_EQ(Raw(ahead), reply);
  (void)Raw(Frame(6, 1, ""));
  EXPECT_EQ(Raw(ahead), reply);
  EXPECT_EQ(services_.invocations, 2);
  EXPECT_EQ(Send(Overtaking(1, 6, 2, "x"))[0].payload[0], 1);  // another content
  EXPECT_EQ(Send(Frame(6, 3, ""))[0].flags, 1);
}

TEST_F(ServerTest, TheRepliesOfAWholeWindowAreKeptInWhateverOrder) {
  Open();
  for (uint16_t sequence = 16; sequence >= 1; --sequence) {
    ASSERT_EQ(Send(Overtaking(15, 6, sequence)).size(), 1u) << sequence;
  }
  for (uint16_t sequence = 1; sequence <= 16; ++sequence) {
    ASSERT_EQ(Send(Overtaking(15, 6, sequence))[0].flags, 1) << sequence;
  }
  EXPECT_EQ(services_.invocations, 16);
  EXPECT_EQ(Send(Overtaking(15, 6, 17))[0].flags, 1);
  for (uint16_t sequence = 2; sequence <= 17; ++sequence) {
    ASSERT_EQ(Send(Overtaking(15, 6, sequence))[0].flags, 1) << sequence;
  }
  EXPECT_EQ(services_.invocations, 17);
}

TEST_F(ServerTest, ANewSessionForgetsWhatOvertook) {
  Open();
  (void)Raw(Overtaking(1, 6, 2));
  (void)Raw(Hello(2));
  EXPECT_EQ(Send(Frame(6, 1, ""))[0].flags, 1);
  EXPECT_EQ(Send(Frame(6, 2, ""))[0].flags, 1);
  EXPECT_EQ(services_.invocations, 3);
}

TEST_F(ServerTest, SixteenShortRepliesAreKept) {
  Open();
  for (uint16_t sequence = 1; sequence <= 40; ++sequence) (void)Raw(Frame(6, sequence, ""));
  for (uint16_t sequence = 25; sequence <= 40; ++sequence)
    ASSERT_EQ(Send(Frame(6, sequence, ""))[0].flags, 1);
  EXPECT_EQ(Send(Frame(6, 20, ""))[0].payload[0], 1);  // too old
  EXPECT_EQ(services_.invocations, 40);
}

TEST_F(ServerTest, NumbersWrap) {
  Open();
  for (uint32_t sequence = 1; sequence <= 65540; ++sequence) {
    ASSERT_EQ(Send(Frame(13, static_cast<uint16_t>(sequence), ""))[0].flags, 1) << sequence;
  }
}

TEST_F(ServerTest, ErrorsAreRepliesAndKept) {
  Open();
  services_.runs = false;
  EXPECT_EQ(Send(Frame(6, 1, ""))[0].payload[0], 6);
  EXPECT_EQ(Send(Frame(6, 1, ""))[0].payload[0], 6);
  EXPECT_EQ(services_.invocations, 1);
  services_.runs = true;
  EXPECT_EQ(Send(Frame(6, 2, ""))[0].flags, 1);
}

TEST_F(ServerTest, AnotherHelloBeginsAnew) {
  Open();
  (void)Raw(Frame(6, 1, ""));
  EXPECT_EQ(Send(Hello(2, 7))[0].flags, 1);
  EXPECT_EQ(Send(Frame(6, 8, ""))[0].flags, 1);
  EXPECT_EQ(services_.invocations, 2);
}

TEST_F(ServerTest, AnotherVersionOpensNoSession) {
  const std::vector<Reply> replies = Send(Hello(1, 0, 1));
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].flags, 3);
  EXPECT_EQ(replies[0].payload[0], 2);
  EXPECT_FALSE(server_.InSession());
}

TEST_F(ServerTest, ASessionEndsAfterTenSecondsWithoutAGoodFrame) {
  Open();
  clock_.Pass(9999);
  EXPECT_TRUE(server_.InSession());
  (void)Raw(Frame(13, 1, ""));
  clock_.Pass(9999);
  EXPECT_TRUE(server_.InSession());
  clock_.Pass(1);
  EXPECT_FALSE(server_.InSession());
  EXPECT_EQ(Send(Frame(13, 2, ""))[0].payload[0], 5);
  EXPECT_EQ(Send(Hello(1))[0].flags, 1);  // the same bytes as before open a new one
  EXPECT_TRUE(server_.InSession());
}

TEST_F(ServerTest, RepliesAreNoRequests) {
  Open();
  EXPECT_EQ(Raw(Frame(13, 1, "x", 1)), "");
  EXPECT_EQ(Raw(Frame(13, 1, "x", 3)), "");
  EXPECT_EQ(Send(Frame(13, 1, "x"))[0].flags, 1);
}

TEST_F(ServerTest, SwitchesTheRateAfterTheReply) {
  Open();
  EXPECT_EQ(Send(Frame(12, 1, Number(921600, 4)))[0].flags, 1);
  EXPECT_EQ(rate_.baud(), 921600u);
  (void)Raw(Frame(13, 2, ""));
  clock_.Pass(2900);
  (void)Raw(Frame(13, 3, ""));
  EXPECT_EQ(rate_.baud(), 921600u);
  clock_.Pass(3001);
  (void)Raw("x");
  EXPECT_EQ(rate_.baud(), 115200u);
  EXPECT_TRUE(server_.InSession());
}

TEST_F(ServerTest, ARepeatedSwitchIsDoneAgain) {
  Open();
  const std::string request = Frame(12, 1, Number(921600, 4));
  (void)Raw(request);
  rate_.errors += 10;
  (void)Raw("\x80");
  EXPECT_EQ(rate_.baud(), 115200u);
  EXPECT_EQ(Send(request)[0].flags, 1);
  EXPECT_EQ(rate_.baud(), 921600u);
}

TEST_F(ServerTest, CountsFrames) {
  Open();
  std::string damaged = Frame(13, 1, "abc");
  damaged[7] ^= 2;
  (void)Raw(damaged);
  const std::string counts = Send(Frame(3, 1, "\4" + Number(0, 2) + Number(99, 2)))[0].payload;
  EXPECT_EQ(counts.substr(0, 8), Number(2, 4) + Number(1, 4));
}

}  // namespace
