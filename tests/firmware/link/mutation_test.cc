// Random and mutated bytes into a device with link and console: nothing breaks, and both still answer.
#include <gtest/gtest.h>

#include <random>

#include "app/console.h"
#include "fake_device.h"
#include "frames.h"
#include "link/shared_line.h"

namespace {

using link_test::Frame;
using link_test::Hello;

class Device final : public serial_link::ConsoleLine {
 public:
  Device() {
    shared_.ConnectConsole(this);
    console_.Start();
  }

  void DiscardLine() override { console_.Discard(); }

  std::string Send(const std::string& bytes) {
    serial_.Receive(bytes);
    while (serial_.InputWaiting() || shared_.Waiting()) console_.Poll();
    return serial_.Take();
  }

  void Pass(uint32_t ms) { clock_.Pass(ms); }

 private:
  static void Info(void*, app::Text& text, const char*) { text.Put("all is well").EndLine(); }

  static constexpr app::Command kCommands[] = {{"info", "what it says", Info}};

  link_test::FakeServices services_;
  link_test::FakeRate rate_;
  link_test::FakeLine serial_;
  link_test::FakeClock clock_;
  serial_link::LinkServer server_{services_, rate_, serial_, clock_};
  serial_link::SharedLine shared_{serial_, server_, clock_};
  app::Console console_{shared_, kCommands, 1, nullptr};
};

class Mutation : public testing::Test {
 protected:
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

  std::string RandomBytes(size_t count) {
    std::string bytes(count, '\0');
    for (char& byte : bytes) byte = static_cast<char>(Below(Below(4) == 0 ? 4 : 256));
    return bytes;
  }

  // A request that is sound, as far as its type goes; in turn more often than not.
  std::string Request() {
    if (Below(8) == 0) {
      sequence_ = 1;
      return Hello(Below(3), 0, static_cast<uint16_t>(2 + Below(16) / 15));
    }
    const uint16_t sequence = Below(5) == 0 ? static_cast<uint16_t>(Below(65536)) : sequence_++;
    const auto overtakes = static_cast<uint8_t>(Below(3) == 0 ? Below(16) : 0);
    return Frame(static_cast<uint8_t>(Below(18)), sequence, Payload(), static_cast<uint8_t>(overtakes << 4));
  }

  std::string Payload() {
    switch (Below(4)) {
      case 0:
        return "";
      case 1:
        return link_test::Number(Below(800), 4) + RandomBytes(Below(16));
      case 2:
        return RandomBytes(Below(20));
      default:
        return RandomBytes(Below(1100));
    }
  }

  std::string Mutated(std::string bytes) {
    for (uint32_t changes = Below(4); changes > 0 && !bytes.empty(); --changes) {
      const size_t at = Below(static_cast<uint32_t>(bytes.size()));
      switch (Below(5)) {
        case 0:
          bytes[at] = static_cast<char>(Below(256));
          break;
        case 1:
          bytes.erase(at, 1 + Below(3));
          break;
        case 2:
          bytes.insert(at, RandomBytes(1 + Below(3)));
          break;
        case 3:
          bytes.resize(at);
          break;
        default:
          bytes += bytes.substr(at);
      }
    }
    return bytes;
  }

  void Feed(size_t bytes) {
    for (size_t sent = 0, round = 0; sent < bytes; ++round) {
      const std::string piece = Below(6) == 0 ? RandomBytes(Below(300)) : Mutated(Request());
      (void)device_.Send(piece);
      if (Below(10) == 0) device_.Pass(Below(4000));
      sent += piece.size();
      if (round % 200 == 0) ExpectAnswers();
    }
    ExpectAnswers();
  }

  void ExpectAnswers() {
    device_.Pass(10'001);
    ASSERT_EQ(link_test::Parse(device_.Send(Hello(77))).size(), 1u);
    ASSERT_EQ(link_test::Parse(device_.Send(Frame(2, 1, ""))).size(), 1u);
    ASSERT_NE(device_.Send("\x03info\r").find("all is well\r\n"), std::string::npos);
  }

  std::mt19937_64 random_{20261126};
  uint16_t sequence_ = 0;
  Device device_;
};

TEST_F(Mutation, HundredThousandBytesBreakNothing) { Feed(100'000); }

TEST_F(Mutation, DISABLED_TenMillionBytesBreakNothing) { Feed(10'000'000); }

}  // namespace
