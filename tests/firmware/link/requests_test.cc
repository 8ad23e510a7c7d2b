// Each type's payloads against docs/link.md.
#include "link/requests.h"

#include <gtest/gtest.h>

#include "fake_device.h"
#include "frames.h"

namespace {

using link_test::Hex;
using link_test::Number;
using serial_link::Error;

class RequestsTest : public testing::Test {
 protected:
  // The reply's payload; for errors "error N".
  std::string Serve(int type, const std::string& payload) {
    uint8_t bytes[serial_link::kMaxPayload];
    serial_link::PayloadWriter reply(bytes, sizeof(bytes));
    serial_link::PayloadReader request(reinterpret_cast<const uint8_t*>(payload.data()), payload.size());
    const serial_link::Outcome outcome = requests_.Serve(static_cast<uint8_t>(type), request, reply);
    if (outcome.error != Error::kNone) return "error " + std::to_string(static_cast<int>(outcome.error));
    return {reinterpret_cast<const char*>(bytes), reply.size()};
  }

  // DESCRIBE's request for all of a section.
  static std::string Whole(int section) { return Number(section, 1) + Number(0, 2) + Number(1024, 2); }

  link_test::FakeServices services_;
  link_test::FakeRate line_;
  serial_link::LineCounts counts_{5, 6};
  serial_link::Requests requests_{services_, line_, counts_};
};

TEST_F(RequestsTest, Hello) {
  const std::string head = Number(2, 2) + Number(0, 2) + Number(99, 4);
  const std::string facts = Number(2, 2) + Number(1024, 2) + Number(4096, 4) + Number(0x01020304, 4) +
                            Number(78'000'000, 4) + Number(0x1122334455667788, 8) + std::string(20, '\xB1') +
                            std::string(32, '\x5A');
  EXPECT_EQ(Serve(1, head + std::string(32, '\0')), facts + '\1');
  EXPECT_EQ(Serve(1, head + std::string(32, '\x5A')), facts + '\1');
  EXPECT_EQ(Serve(1, head + std::string(32, '\x5B')), facts + std::string(1, '\0'));
  EXPECT_EQ(facts.size() + 1, 77u);
  EXPECT_EQ(Serve(1, head + std::string(31, '\0')), "error 1");
  EXPECT_EQ(Serve(1, head + std::string(33, '\0')), "error 1");
  EXPECT_EQ(Serve(1, ""), "error 1");
  EXPECT_EQ(Serve(1, Number(1, 2)), "error 2");
  EXPECT_EQ(Serve(1, Number(3, 2) + "whatever a later version has"), "error 2");
}

TEST_F(RequestsTest, Describe) {
  EXPECT_EQ(Serve(3, Whole(0)), "\5board\0031.2\5model\4fast\3MVP");
  const std::string tensor =
      "\x09\x02" + Number(1, 4) + Number(640, 4) + Hex("00 00 00 3f fd ff ff ff") + Number(640, 4);
  EXPECT_EQ(Serve(3, Whole(1)), Number(0, 1) + tensor + Number(1, 1) + tensor);
  EXPECT_EQ(Serve(3, Whole(2)), Number(1, 4) + Number(2, 4) + Number(3, 4) + Number(4, 4) + Number(5, 4) +
                                    Number(6, 4) + Number(0xFFFFFFFF, 4));
  EXPECT_EQ(Serve(3, Whole(3)), Number(640, 4) + Hex("00 00 00 3f fd ff ff ff"));
  EXPECT_EQ(Serve(3, Whole(4)), Number(5, 4) + Number(6, 4) + Number(7, 4) + Number(115200, 4));
  EXPECT_EQ(Serve(3, Whole(5)), Number(30, 4) + Number(2, 4));
  EXPECT_EQ(Serve(3, Whole(6)), "error 1");
  EXPECT_EQ(Serve(3, ""), "error 1");
  EXPECT_EQ(Serve(3, "\1"), "error 1");
  EXPECT_EQ(Serve(3, Whole(1) + "x"), "error 1");
}

TEST_F(RequestsTest, DescribesInPieces) {
  const auto piece = [this](int offset, int length) {
    return Serve(3, Number(0, 1) + Number(offset, 2) + Number(length, 2));
  };
  EXPECT_EQ(piece(1, 5), "board");
  EXPECT_EQ(piece(21, 3), "\3MV");
  EXPECT_EQ(piece(23, 99), "VP");
  EXPECT_EQ(piece(25, 9), "");
  EXPECT_EQ(piece(65535, 65535), "");
  EXPECT_EQ(piece(3, 0), "");
}

TEST_F(RequestsTest, SetsTheInputWithinItsBounds) {
  EXPECT_EQ(Serve(4, Number(638, 4) + "ab"), "");
  EXPECT_EQ(services_.input[638], 'a');
  EXPECT_EQ(services_.input[639], 'b');
  EXPECT_EQ(Serve(4, Number(639, 4) + "xy"), "error 1");
  EXPECT_EQ(services_.input[639], 'b');
  EXPECT_EQ(Serve(4, Number(640, 4)), "");
  EXPECT_EQ(Serve(4, Number(641, 4)), "error 1");
  EXPECT_EQ(Serve(4, Number(0xFFFFFFFF, 4) + "xy"), "error 1");
  EXPECT_EQ(Serve(4, "xy"), "error 1");
}

TEST_F(RequestsTest, GetsTheOutputWithinItsBounds) {
  services_.output[639] = 'z';
  EXPECT_EQ(Serve(7, Number(639, 4) + Number(1, 2)), "z");
  EXPECT_EQ(Serve(7, Number(640, 4) + Number(0, 2)), "");
  EXPECT_EQ(Serve(7, Number(639, 4) + Number(2, 2)), "error 1");
  EXPECT_EQ(Serve(7, Number(0xFFFFFFFF, 4) + Number(2, 2)), "error 1");
  services_.output.resize(5000);
  EXPECT_EQ(Serve(7, Number(0, 4) + Number(1024, 2)).size(), 1024u);
  EXPECT_EQ(Serve(7, Number(0, 4) + Number(1025, 2)), "error 1");
}

TEST_F(RequestsTest, InvokesAndScores) {
  EXPECT_EQ(Serve(6, ""), Number(1000, 4));
  EXPECT_EQ(Serve(6, "x"), "error 1");
  EXPECT_EQ(Serve(8, ""), Hex("00 00 c0 7f 00 00 80 3e"));
  services_.runs = false;
  EXPECT_EQ(Serve(6, ""), "error 6");
}

TEST_F(RequestsTest, InvokesSeveralTimesInARow) {
  EXPECT_EQ(Serve(6, Number(16, 2)), Number(1000, 4));
  EXPECT_EQ(services_.invocations, 16);
  for (const uint32_t runs : {0u, 17u, 0xFFFFu}) EXPECT_EQ(Serve(6, Number(runs, 2)), "error 1");
  EXPECT_EQ(services_.invocations, 16);
}

TEST_F(RequestsTest, PushesFrames) {
  const std::string key = Number(1, 4) + Number(2, 4);
  EXPECT_EQ(Serve(5, key + Number(0, 4) + std::string(128, 'x')), Hex("00 00 00 c0 7f 00 00 00 00"));
  EXPECT_EQ(Serve(5, key + Number(1, 4) + std::string(128, 'x')), "error 5");
  EXPECT_EQ(Serve(5, key + Number(0, 4) + std::string(127, 'x')), "error 1");
  EXPECT_EQ(Serve(5, key + Number(0, 4)), "error 1");
  EXPECT_EQ(Serve(5, key), "error 1");
}

TEST_F(RequestsTest, PushesFramesThatCameInPieces) {
  const std::string key = Number(1, 4) + Number(2, 4) + Number(0, 4);
  EXPECT_EQ(Serve(14, Number(956, 2) + std::string(68, 'b')), "");
  EXPECT_EQ(Serve(14, Number(896, 2) + std::string(60, 'a')), "");
  EXPECT_EQ(Serve(15, key + Number(896, 2) + Number(128, 2)), Hex("00 00 00 c0 7f 00 00 00 00"));
  EXPECT_EQ(std::string(services_.pushed.begin(), services_.pushed.end()),
            std::string(60, 'a') + std::string(68, 'b'));
  EXPECT_EQ(Serve(15, key + Number(0, 2) + Number(127, 2)), "error 1");
  EXPECT_EQ(services_.pushes, 2);
  EXPECT_EQ(Serve(15, key + Number(897, 2) + Number(128, 2)), "error 1");
  EXPECT_EQ(Serve(15, key + Number(1025, 2) + Number(0, 2)), "error 1");
  EXPECT_EQ(Serve(15, key + Number(0, 2)), "error 1");
  EXPECT_EQ(services_.pushes, 2);
  EXPECT_EQ(Serve(14, Number(1024, 2)), "");
  EXPECT_EQ(Serve(14, Number(1024, 2) + "x"), "error 1");
  EXPECT_EQ(Serve(14, Number(65535, 2) + "x"), "error 1");
  EXPECT_EQ(Serve(14, "x"), "error 1");
}

TEST_F(RequestsTest, Profiles) {
  std::string layer;
  for (const uint32_t figure : {1u, 10u, 20u, 30u, 30u, 1u, 0u}) layer += Number(figure, 4);
  EXPECT_EQ(Serve(9, Number(1, 2) + Number(36, 2)), Number(2, 2) + Number(1, 2) + layer);
  EXPECT_EQ(Serve(9, Number(7, 2) + Number(36, 2)), Number(2, 2) + Number(7, 2));
  services_.layers = 100;
  EXPECT_EQ(Serve(9, Number(0, 2) + Number(65535, 2)).size(), 4u + 36 * 28);
  EXPECT_EQ(Serve(9, Number(90, 2) + Number(65535, 2)).size(), 4u + 10 * 28);
  EXPECT_EQ(Serve(9, Number(5, 2) + Number(2, 2)).size(), 4u + 2 * 28);
  EXPECT_EQ(Serve(9, Number(99, 2) + Number(2, 2)).size(), 4u + 1 * 28);
  EXPECT_EQ(Serve(9, Number(5, 2) + Number(0, 2)), Number(100, 2) + Number(5, 2));
  EXPECT_EQ(Serve(9, Number(5, 2)), "error 1");
}

TEST_F(RequestsTest, TestsItselfAndReadsTheLog) {
  EXPECT_EQ(Serve(10, ""), Number(3, 4) + Number(1, 4) + "one failed\n");
  EXPECT_EQ(Serve(11, Number(0, 4) + Number(1024, 2)), "the log");
  EXPECT_EQ(Serve(11, Number(4, 4) + Number(1024, 2)), "log");
  EXPECT_EQ(Serve(11, Number(7, 4) + Number(1024, 2)), "");
  EXPECT_EQ(Serve(11, Number(2, 4) + Number(3, 2)), "e l");
  EXPECT_EQ(Serve(11, Number(0, 4)), "error 1");
  services_.log.assign(3000, 'l');
  EXPECT_EQ(Serve(11, Number(0, 4) + Number(65535, 2)).size(), 1024u);
}

TEST_F(RequestsTest, ChecksTheRate) {
  EXPECT_EQ(Serve(12, Number(921600, 4)), "");
  EXPECT_EQ(Serve(12, Number(50'000'000, 4)), "error 8");
  EXPECT_EQ(line_.switches, 0);
}

TEST_F(RequestsTest, Pings) {
  EXPECT_EQ(Serve(13, "xyz"), "xyz");
  EXPECT_EQ(Serve(13, std::string(1024, 'x')).size(), 1024u);
}

TEST_F(RequestsTest, RefusesUnknownTypes) {
  for (const int type : {0, 16, 99, 255}) EXPECT_EQ(Serve(type, "xyz"), "error 3");
}

TEST_F(RequestsTest, WithoutAModelOnlyWhatNeedsNone) {
  services_.facts_.model_ready = false;
  for (const int type : {4, 5, 6, 7, 8, 9, 15}) EXPECT_EQ(Serve(type, ""), "error 4") << type;
  EXPECT_EQ(Serve(3, Whole(1)), "error 4");
  EXPECT_EQ(Serve(3, Whole(3)), "error 4");
  EXPECT_EQ(Serve(3, Whole(2)).size(), 28u);
  EXPECT_EQ(Serve(13, "x"), "x");
}

}  // namespace
