// What of the line the console gets: nothing of a frame, and everything else.
#include "link/shared_line.h"

#include <gtest/gtest.h>

#include "fake_device.h"
#include "frames.h"

namespace {

using link_test::Frame;
using link_test::Hello;

class CountingConsole final : public serial_link::ConsoleLine {
 public:
  void DiscardLine() override { ++discarded; }
  int discarded = 0;
};

class SharedLineTest : public testing::Test {
 protected:
  SharedLineTest() { shared_.ConnectConsole(&console_); }

  // What of `bytes` the console gets.
  std::string Typed(const std::string& bytes) {
    serial_.Receive(bytes);
    std::string typed;
    while (serial_.InputWaiting() || shared_.Waiting()) {
      const int byte = shared_.Read();
      if (byte >= 0) typed.push_back(static_cast<char>(byte));
    }
    return typed;
  }

  link_test::FakeServices services_;
  link_test::FakeRate rate_;
  link_test::FakeLine serial_;
  link_test::FakeClock clock_;
  serial_link::LinkServer server_{services_, rate_, serial_, clock_};
  serial_link::SharedLine shared_{serial_, server_, clock_};
  CountingConsole console_;
};

TEST_F(SharedLineTest, TextIsTheConsoles) {
  EXPECT_EQ(Typed("help\r\n\x1b[A\x80"), "help\r\n\x1b[A\x80");
  EXPECT_EQ(console_.discarded, 0);
  shared_.Write("> ", 2);
  EXPECT_EQ(serial_.Take(), "> ");
}

TEST_F(SharedLineTest, AFrameDiscardsThePendingLine) {
  EXPECT_EQ(Typed("hel" + Frame(13, 1, "x") + "info\r"), "helinfo\r");
  EXPECT_EQ(console_.discarded, 1);
}

TEST_F(SharedLineTest, NoCommandInAPayloadReachesTheConsole) {
  const std::string commands[] = {"help",   "info", "model", "run", "profile",    "bench 10",
                                  "reboot", "mem",  "mvp",   "log", "reboot\ryes"};
  for (const std::string& command : commands) {
    for (const std::string end : {"", "\r", "\n", "\r\n"}) {
      std::string frame = Frame(13, 1, end + command + end);
      EXPECT_EQ(Typed(frame), "") << command;
      frame[3] ^= 0x40;  // damaged
      EXPECT_EQ(Typed(frame), "") << command;
      clock_.Pass(101);
      EXPECT_EQ(Typed(frame.substr(0, frame.size() - 1)), "") << command;  // cut
      clock_.Pass(101);
    }
  }
}

TEST_F(SharedLineTest, SilenceOfATenthOfASecondEndsAFrame) {
  const std::string begun = Frame(13, 1, "x").substr(0, 6);
  EXPECT_EQ(Typed(begun), "");
  clock_.Pass(99);
  EXPECT_EQ(Typed("x"), "");
  clock_.Pass(100);
  EXPECT_EQ(Typed("help\r"), "help\r");
}

TEST_F(SharedLineTest, ASlowFrameIsAFrame) {
  for (const char byte : Hello(1)) {
    EXPECT_EQ(Typed(std::string(1, byte)), "");
    clock_.Pass(99);
  }
  EXPECT_TRUE(server_.InSession());
}

TEST_F(SharedLineTest, ASessionSilencesTheConsole) {
  EXPECT_EQ(Typed(Hello(1)), "");
  (void)serial_.Take();
  shared_.Write("text", 4);
  EXPECT_EQ(serial_.Take(), "");
  EXPECT_EQ(Typed("help\r"), "");
  EXPECT_EQ(Typed(Frame(2, 1, "")), "");
  (void)serial_.Take();
  shared_.Write("text", 4);
  EXPECT_EQ(serial_.Take(), "text");
  EXPECT_EQ(Typed("help\r"), "help\r");
}

TEST_F(SharedLineTest, ASessionThatTimesOutGivesTheConsoleBack) {
  (void)Typed(Hello(1));
  clock_.Pass(10'000);
  EXPECT_EQ(Typed("h"), "h");
}

TEST_F(SharedLineTest, TimeEndsASessionAndAFrameAlsoWhereTheClockWrapsBeforeTheNextByte) {
  (void)Typed(Hello(1));
  (void)Typed(Frame(13, 1, "x").substr(0, 6));
  for (int minutes = 0; minutes < 72; ++minutes) {  // 2^32 cycles of 1 MHz are 71.6 minutes
    clock_.Pass(60'000);
    EXPECT_EQ(shared_.Read(), -1);
  }
  EXPECT_FALSE(server_.InSession());
  EXPECT_EQ(Typed("help\r"), "help\r");
}

TEST_F(SharedLineTest, AnswersOneFrameAtATime) {
  serial_.Receive(Hello(1) + Frame(13, 1, "a"));
  EXPECT_EQ(shared_.Read(), -1);
  EXPECT_TRUE(shared_.Waiting());
  EXPECT_EQ(shared_.Read(), -1);
  EXPECT_EQ(link_test::Parse(serial_.Take()).size(), 2u);
}

}  // namespace
