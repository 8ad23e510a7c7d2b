// The protocol of docs/debug-port.md as bytes: every request, what is malformed, and bytes from nowhere.
#include "host/sim/debug_port/requests.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using Bytes = std::vector<uint8_t>;

Bytes Number(uint64_t value, unsigned bytes) {
  Bytes result;
  for (unsigned i = 0; i < bytes; ++i) result.push_back(static_cast<uint8_t>(value >> (8 * i)));
  return result;
}
Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

const Bytes kHello = {0x00, 'E', 'S', 'D', 'P', 1, 0};
const Bytes kConnect = Bytes{0x01} + Number(1'000'000, 4);
const Bytes kReadDpidr = {0x02, 1, 0, 0, 0};
const Bytes kCounters = {0x08, 0};

Bytes Transfer(const Bytes& items) { return Bytes{0x05, 0, 0, 0, 0} + items; }

class Requests : public testing::Test {
 protected:
  Requests()
      : port_(board_, {"bench", "virtual", "EFR32MG24B310F1536IM48", 0x0118051E, 0x0123456789ABCDEF}) {}

  Bytes Ask(const Bytes& request) { return port_.Answer(request.data(), request.size()); }
  uint8_t Status(const Bytes& request) {
    const Bytes reply = Ask(request);
    return reply.empty() ? 0xFF : reply[0];
  }
  void Connect() {
    EXPECT_EQ(Status(kHello), 0);
    EXPECT_EQ(Ask(kConnect), Bytes{0});
    EXPECT_EQ(Ask(Transfer(kReadDpidr)), (Bytes{0, 1, 1, 0, 0, 0, 0x77, 0x24, 0xA0, 0x6B}));
  }

  sim::Board board_{sim::BoardSettings{}};
  sim::RequestPort port_;
};

}  // namespace

TEST_F(Requests, HelloSaysWhatIsThere) {
  Bytes expected = Bytes{0, 1, 0} + Number(0x0118051E, 4) + Number(0x0123456789ABCDEF, 8);
  for (const char* text : {"bench", "virtual", "EFR32MG24B310F1536IM48"}) {
    const std::string copy = text;
    expected.push_back(static_cast<uint8_t>(copy.size()));
    expected.insert(expected.end(), copy.begin(), copy.end());
  }
  EXPECT_EQ(Ask(kHello), expected);
}

TEST_F(Requests, WhatComesFirst) {
  EXPECT_EQ(Status(kConnect), 2);
  EXPECT_EQ(Status(kCounters), 2);
  EXPECT_EQ(Status(kHello), 0);
  EXPECT_EQ(Status(kCounters), 0);
  EXPECT_EQ(Status(Transfer(kReadDpidr)), 2);
  EXPECT_EQ(Status({0x04, 8, 0, 0, 0, 0xFF}), 2);
  Connect();
  EXPECT_EQ(Ask({0x02}), Bytes{0});
  EXPECT_EQ(Status(Transfer(kReadDpidr)), 2);
}

TEST_F(Requests, TransfersAndCounters) {
  Connect();
  EXPECT_EQ(Status({0x08, 1}), 0);
  const Bytes items = Bytes{0x08} + Number(1, 4) + Number(0, 4) +           // SELECT
                      Bytes{0x04} + Number(1, 4) + Number(0x50000000, 4) +  // CTRL/STAT
                      Bytes{0x01} + Number(1, 4) + Number(0x03000012, 4) +  // CSW
                      Bytes{0x05} + Number(1, 4) + Number(0x20000000, 4) +  // TAR
                      Bytes{0x0D} + Number(3, 4) + Number(1, 4) + Number(2, 4) + Number(3, 4) + Bytes{0x05} +
                      Number(1, 4) + Number(0x20000000, 4) + Bytes{0x0F} + Number(3, 4);
  EXPECT_EQ(Ask(Transfer(items)), (Bytes{0, 1} + Number(11, 4) + Number(1, 4) + Number(2, 4) + Number(3, 4)));
  const Bytes counters = Ask(kCounters);
  ASSERT_EQ(counters.size(), 25u);
  EXPECT_EQ(Bytes(counters.begin() + 1, counters.begin() + 17), Number(12 * 46, 8) + Number(12, 8));
  EXPECT_EQ(Ask({0x08, 1}), counters);
  const Bytes cleared = Ask(kCounters);
  EXPECT_EQ(Bytes(cleared.begin() + 1, cleared.begin() + 17), Bytes(16, 0));
}

TEST_F(Requests, IdleSequenceClockAndReset) {
  Connect();
  EXPECT_EQ(Ask(Bytes{0x06} + Number(1'000'000, 8)), Bytes{0});
  EXPECT_NEAR(board_.seconds(), 1.2e-3, 0.1e-3);
  EXPECT_EQ(Ask(Bytes{0x03} + Number(10'000'000, 4)), Bytes{0});
  EXPECT_EQ(Ask(Bytes{0x04} + Number(51, 4) + Bytes(7, 0xFF)), Bytes{0});
  EXPECT_EQ(Ask(Transfer(Bytes{0x06} + Number(1, 4)))[1], 7);
  EXPECT_EQ(Ask(Transfer(kReadDpidr))[1], 1);
  EXPECT_EQ(Ask({0x07, 1}), Bytes{0});
  EXPECT_EQ(Ask({0x07, 0}), Bytes{0});
}

TEST_F(Requests, MalformedOnesDoNothing) {
  Connect();
  const Bytes before = Ask(kCounters);
  const Bytes requests[] = {
      {},
      {0x09},
      {0xFF, 1, 2, 3},
      {0x00},
      {0x00, 'E', 'S', 'D', 'P', 2, 0},
      {0x00, 'E', 'S', 'D', 'Q', 1, 0},
      kHello + Bytes{0},
      {0x01, 0, 0},
      Bytes{0x01} + Number(999, 4),
      Bytes{0x01} + Number(100'000'001, 4),
      Bytes{0x03} + Number(0, 4),
      {0x02, 0},
      Bytes{0x04} + Number(8'193, 4) + Bytes(1025, 0),
      Bytes{0x04} + Number(9, 4) + Bytes(1, 0),
      Bytes{0x04} + Number(9, 4) + Bytes(3, 0),
      {0x05, 0},
      Transfer({0x02, 1, 0, 0}),
      Transfer({0x02, 0, 0, 0, 0}),
      Transfer({0x12, 1, 0, 0, 0}),
      Transfer(Bytes{0x0F} + Number(262'001, 4)),
      Transfer(Bytes{0x0F} + Number(200'000, 4) + Bytes{0x0F} + Number(200'000, 4)),
      Transfer(Bytes{0x0D} + Number(0xFFFFFFFF, 4) + Number(0, 4)),
      Transfer(Bytes{0x0D} + Number(2, 4) + Number(0, 4)),
      Bytes{0x06} + Number(10'000'000'001, 8),
      {0x06, 1},
      {0x07, 2},
      {0x07},
      {0x08},
      {0x08, 2},
  };
  for (const Bytes& request : requests) {
    const Bytes reply = Ask(request);
    ASSERT_GT(reply.size(), 10u);
    EXPECT_EQ(reply[0], 1);
    for (size_t i = 1; i < reply.size(); ++i) EXPECT_TRUE(reply[i] >= ' ' && reply[i] < 0x7F);
  }
  EXPECT_EQ(Ask(kCounters), before);
  EXPECT_EQ(Status(Bytes(sim::kMostRequestBytes + 1, 5)), 1);
}

TEST_F(Requests, APulledProbeAnswersHelloOnly) {
  Connect();
  board_.faults().probe_pull = 1;
  EXPECT_EQ(Ask(Transfer(kReadDpidr + kReadDpidr)), Bytes{});
  EXPECT_EQ(Ask(kCounters), Bytes{});
  Connect();
}

TEST_F(Requests, WhoLeavesLetsTheResetPinGo) {
  Connect();
  Ask({0x07, 1});
  port_.Leave();
  const sim::Cycle now = board_.now();
  board_.RunThrough(now + 1000);
  EXPECT_EQ(Status(kCounters), 2);
  Connect();
}

// Built with sanitizers this is the test that nothing out of bounds is touched.
TEST_F(Requests, RandomBytes) {
  std::mt19937 random(1);
  Connect();
  for (int i = 0; i < 20'000; ++i) {
    Bytes request(random() % 40 + 1);
    for (uint8_t& byte : request) byte = static_cast<uint8_t>(random() % (i % 3 == 0 ? 256 : 16));
    request[0] = static_cast<uint8_t>(random() % 10);
    if (request[0] == 6 && request.size() == 9) std::fill(request.begin() + 4, request.end(), uint8_t{0});
    // A clock of a few kHz makes every transfer of the rest a long one.
    if ((request[0] == 1 || request[0] == 3) && request.size() == 5) request[4] = request[3] = 4;
    if (request[0] == 5 && request.size() > 8) request[1] = request[2] = request[8] = 0;
    if (request[0] == 5 && request.size() > 9) request[7] = 0;
    const Bytes reply = Ask(request);
    ASSERT_FALSE(reply.empty());
    EXPECT_LE(reply[0], 2);
    EXPECT_LE(reply.size(), sim::kMostRequestBytes);
  }
  port_.Leave();
  Connect();
}
