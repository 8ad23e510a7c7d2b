// What a receiver at another rate makes of frames: hand-drawn bit streams and the tolerance of ten bits.
#include "host/sim/peripherals/serial_line.h"

#include <string>

#include "gtest/gtest.h"

namespace sim {
namespace {

constexpr uint32_t kCoreHz = 78'000'000;

std::vector<SentFrame> Back2Back(const std::string& text, uint32_t baud) {
  std::vector<SentFrame> frames;
  for (uint64_t i = 0; i < text.size(); ++i) {
    frames.push_back({10 * (i + 1) * kCoreHz / baud, static_cast<uint8_t>(text[i]), baud, kCoreHz});
  }
  return frames;
}

// All that a listener makes of them, a second after the last.
std::vector<ReceivedCharacter> Heard(const std::vector<SentFrame>& frames, uint32_t baud) {
  LineListener listener;
  return listener.Hear(frames, frames.back().cycle + kCoreHz, kCoreHz, baud);
}

std::string Text(const std::vector<ReceivedCharacter>& characters) {
  std::string text;
  for (const ReceivedCharacter& character : characters) text += static_cast<char>(character.value);
  return text;
}

bool AnyFramingError(const std::vector<ReceivedCharacter>& characters) {
  for (const ReceivedCharacter& character : characters) {
    if (character.framing_error) return true;
  }
  return false;
}

const std::string kText = "The quick brown fox; U\xFF\x01\x80\x7F";

class Deviation : public testing::TestWithParam<double> {};

TEST_P(Deviation, WithinToleranceNothingIsLost) {
  const uint32_t baud = static_cast<uint32_t>(115200 * (1 + GetParam()));
  const auto received = Heard(Back2Back(kText, baud), 115200);
  EXPECT_EQ(Text(received), kText);
  EXPECT_FALSE(AnyFramingError(received));
}
INSTANTIATE_TEST_SUITE_P(Inside, Deviation, testing::Values(-0.03, -0.02, -0.001, 0.0, 0.0012, 0.02, 0.03));

class FarOff : public testing::TestWithParam<double> {};

TEST_P(FarOff, GarbageWithFramingErrors) {
  const uint32_t baud = static_cast<uint32_t>(115200 * (1 + GetParam()));
  const auto received = Heard(Back2Back(kText, baud), 115200);
  EXPECT_NE(Text(received), kText);
  EXPECT_TRUE(AnyFramingError(received));
}
INSTANTIATE_TEST_SUITE_P(Outside, FarOff, testing::Values(-0.5, -0.08, 0.06, 0.1, 0.5));

// At exactly twice the rate each stop bit falls on the stop bit of every second frame.
TEST(Listening, TwiceTheRateHalvesTheText) {
  const auto received = Heard(Back2Back(kText, 230400), 115200);
  EXPECT_EQ(received.size(), (kText.size() + 1) / 2);
  EXPECT_FALSE(AnyFramingError(received));
}

// 0x00 at a twelfth of the receiver's rate: the start bit alone is longer than a frame.
TEST(Listening, MuchSlowerSenderIsABreak) {
  const auto received = Heard(Back2Back(std::string(1, '\0'), 9600), 115200);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].value, 0u);
  EXPECT_TRUE(received[0].framing_error);
}

// 0x55 at half the receiver's rate: 00 11 00 11 …, so the receiver sees 0 then data 0 1 1 0 0 1 1 0, stop 0.
TEST(Listening, HalfRateByHand) {
  const auto received = Heard(Back2Back("U", 57600), 115200);
  ASSERT_FALSE(received.empty());
  EXPECT_EQ(received[0].value, 0x66u);
  EXPECT_TRUE(received[0].framing_error);
}

// One frame at a time, looked at often, gives the same as all at once.
TEST(Listening, HowFramesAreDividedChangesNothing) {
  for (uint32_t baud : {9600u, 57600u, 110000u, 115200u, 121000u, 230400u, 1000000u}) {
    const std::vector<SentFrame> frames = Back2Back(kText + std::string(3, '\0') + kText, baud);
    LineListener listener;
    std::vector<ReceivedCharacter> pieces;
    Cycle now = 0;
    for (const SentFrame& frame : frames) {
      for (; now < frame.cycle; now += 1 + frame.cycle / 97) {
        for (const ReceivedCharacter& character : listener.Hear({}, now, kCoreHz, 115200)) {
          pieces.push_back(character);
        }
      }
      now = frame.cycle;
      for (const auto& character : listener.Hear({frame}, now, kCoreHz, 115200)) pieces.push_back(character);
    }
    for (const auto& character : listener.Hear({}, now + kCoreHz, kCoreHz, 115200))
      pieces.push_back(character);
    EXPECT_EQ(Text(pieces), Text(Heard(frames, 115200))) << baud;
  }
}

// At its own rate each byte is there as soon as it has left.
TEST(Listening, SameRateWaitsForNothing) {
  LineListener listener;
  for (const SentFrame& frame : Back2Back(kText, 115200)) {
    EXPECT_EQ(Text(listener.Hear({frame}, frame.cycle, kCoreHz, 115200)),
              std::string(1, static_cast<char>(frame.value)));
  }
}

TEST(Listening, FollowsTheCoresClock) {
  LineListener listener;
  EXPECT_EQ(Text(listener.Hear({{20'000, 'a', 115200, 20'000'000}}, 20'000, 20'000'000, 115200)), "a");
  EXPECT_EQ(Text(listener.Hear({{90'000, 'b', 115200, kCoreHz}}, 90'000, kCoreHz, 115200)), "b");
}

TEST(Listening, FramesTooShortToBeSeenAreForgotten) {
  const std::vector<SentFrame> frames = Back2Back(std::string(20'000, '\xFF'), 3'000'000);
  EXPECT_LE(Heard(frames, 300).size(), 3u);
}

TEST(Frames, BitsOfAllFormats) {
  EXPECT_EQ(MakeFrame({}, 0x41, 0, 1).levels, 0x41u << 1);
  EXPECT_EQ(MakeFrame({}, 0x41, 0, 1).count, 9u);
  EXPECT_EQ(MakeFrame({7, Parity::kEven, 2, false}, 0x43, 0, 1).levels, 0x43u << 1 | 1u << 8);
  EXPECT_EQ(MakeFrame({7, Parity::kOdd, 2, false}, 0x43, 0, 1).levels, 0x43u << 1);
  EXPECT_EQ(MakeFrame({8, Parity::kNone, 2, true}, 0x01, 0, 1).levels, 0x100u);
  EXPECT_EQ((FrameFormat{8, Parity::kNone, 2, false}.Duration(100)), 1000u);
  EXPECT_EQ((FrameFormat{8, Parity::kEven, 4, false}.Duration(100)), 1200u);
  EXPECT_EQ((FrameFormat{16, Parity::kNone, 3, false}.Duration(100)), 1850u);
}

TEST(Frames, ParityErrorWhenTheSenderHasNone) {
  LineReceiver receiver;
  receiver.Configure({8, Parity::kEven, 2, false}, 1000, 0);
  receiver.Feed(MakeFrame({8, Parity::kOdd, 2, false}, 0x55, 0, 1000));
  ASSERT_TRUE(receiver.Due());
  const ReceivedCharacter character = receiver.Take();
  EXPECT_EQ(character.value, 0x55u);
  EXPECT_TRUE(character.parity_error);
  EXPECT_FALSE(character.framing_error);
}

TEST(Faults, RatesAndDeterminism) {
  InjectedFaults faults;
  faults.serial_drop_ppm = 100'000;
  faults.serial_duplicate_ppm = 50'000;
  faults.serial_corrupt_ppm = 20'000;
  LineFaults one(1), same(1), other(2);
  int dropped = 0, doubled = 0, changed = 0, differences = 0;
  for (int i = 0; i < 100'000; ++i) {
    uint16_t a = 0, b = 0, c = 0;
    const unsigned copies = one.Apply(faults, 8, a);
    EXPECT_EQ(same.Apply(faults, 8, b), copies);
    EXPECT_EQ(a, b);
    differences += other.Apply(faults, 8, c) != copies ? 1 : 0;
    dropped += copies == 0 ? 1 : 0;
    doubled += copies == 2 ? 1 : 0;
    changed += a != 0 ? 1 : 0;
    EXPECT_EQ(a & (a - 1), 0);
    EXPECT_LT(a, 0x100);
  }
  EXPECT_NEAR(dropped, 10'000, 500);
  EXPECT_NEAR(doubled, 4'500, 400);
  EXPECT_NEAR(changed, 2'000, 250);
  EXPECT_GT(differences, 1'000);
}

}  // namespace
}  // namespace sim
