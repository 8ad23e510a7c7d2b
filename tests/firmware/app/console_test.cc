// The console as a person meets it: echo, editing, commands, hints, and bytes that nobody meant to type.
#include "app/console.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "fake_serial.h"

namespace {

using testing::Test;

class Console : public Test {
 protected:
  Console() {
    console_.Start();
    EXPECT_EQ(serial_.Take(), "> ");
  }

  // Types text and returns what the console answers.
  std::string Type(const std::string& text) {
    serial_.Type(text);
    console_.Poll();
    return serial_.Take();
  }

  struct Runs {
    int info = 0;
    int profile = 0;
  };

  static void Info(void* context, app::Text& text) {
    ++static_cast<Runs*>(context)->info;
    text.Put("facts").EndLine();
  }
  static void Profile(void* context, app::Text&) { ++static_cast<Runs*>(context)->profile; }

  static constexpr app::Command kCommands[] = {
      {"info", "what this image is", Info},
      {"profile", "cycles per layer", Profile},
  };

  FakeSerial serial_;
  Runs runs_;
  app::Console console_{serial_, kCommands, 2, &runs_};
};

TEST_F(Console, EchoesAndRunsACommand) {
  EXPECT_EQ(Type("in"), "in");
  EXPECT_EQ(Type("fo\r"), "fo\r\nfacts\r\n> ");
  EXPECT_EQ(runs_.info, 1);
}

TEST_F(Console, TakesEveryKindOfLineEndOnce) {
  for (const char* end : {"\r", "\n", "\r\n"}) {
    EXPECT_EQ(Type(std::string("profile") + end), "profile\r\n> ");
  }
  EXPECT_EQ(runs_.profile, 3);
  EXPECT_EQ(Type("\r\r"), "\r\n> \r\n> ");
}

TEST_F(Console, IgnoresBlanksAroundACommand) {
  Type("  info  \r");
  EXPECT_EQ(runs_.info, 1);
  EXPECT_EQ(Type("   \r"), "   \r\n> ");
}

TEST_F(Console, ListsItsCommands) {
  const std::string answer = Type("help\r");
  EXPECT_NE(answer.find("help      this list\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("info      what this image is\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("profile   cycles per layer\r\n"), std::string::npos) << answer;
}

TEST_F(Console, HintsAtTheNearestCommand) {
  EXPECT_EQ(Type("prof\r"),
            "prof\r\nunknown command \"prof\": did you mean profile? type help for the list\r\n> ");
  EXPECT_EQ(Type("info 3\r"),
            "info 3\r\nunknown command \"info 3\": did you mean info? type help for the list\r\n> ");
  EXPECT_EQ(Type("xyz\r"), "xyz\r\nunknown command \"xyz\": type help for the list\r\n> ");
  EXPECT_EQ(runs_.info + runs_.profile, 0);
}

TEST_F(Console, ErasesWithBothBackspaces) {
  EXPECT_EQ(Type("inxx\x7F\b"), "inxx\b \b\b \b");
  Type("fo\r");
  EXPECT_EQ(runs_.info, 1);
  EXPECT_EQ(Type("\x7F"), "") << "nothing to erase";
}

TEST_F(Console, ErasesTheLineWithControlU) {
  EXPECT_EQ(Type("abc\x15"), "abc\b \b\b \b\b \b");
  Type("info\r");
  EXPECT_EQ(runs_.info, 1);
}

TEST_F(Console, DropsTheLineWithControlC) {
  EXPECT_EQ(Type("abc\x03"), "abc^C\r\n> ");
  Type("info\r");
  EXPECT_EQ(runs_.info, 1);
}

TEST_F(Console, SwallowsArrowAndFunctionKeys) {
  EXPECT_EQ(Type("in\x1B[A\x1B[3~\x1BOPfo\r"), "info\r\nfacts\r\n> ");
}

TEST_F(Console, RingsTheBellAtTheEndOfTheLine) {
  const std::string full(app::Console::kMaxLine, 'x');
  EXPECT_EQ(Type(full), full);
  EXPECT_EQ(Type("y"), "\a");
  EXPECT_NE(Type("\r").find("unknown command \"" + full + "\""), std::string::npos);
}

TEST_F(Console, SurvivesGarbageAndStillAnswers) {
  std::mt19937 random(7);
  std::string garbage;
  for (int i = 0; i < 100'000; ++i) garbage.push_back(static_cast<char>(random()));
  Type(garbage);
  // What the garbage may have begun (an escape sequence, a line) ends here.
  Type("~\x03");
  EXPECT_EQ(Type("info\r"), "info\r\nfacts\r\n> ");
}

}  // namespace
