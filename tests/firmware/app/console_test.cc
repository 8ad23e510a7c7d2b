// The console as a person meets it: echo, editing, commands, hints, and bytes that nobody meant to type.
#include "app/console.h"

#include <gtest/gtest.h>

#include <iterator>
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

  static void Info(void* context, app::Text& text, const char*) {
    ++static_cast<Runs*>(context)->info;
    text.Put("facts").EndLine();
  }
  static void Profile(void* context, app::Text&, const char*) { ++static_cast<Runs*>(context)->profile; }
  static void Bench(void*, app::Text& text, const char* arguments) {
    text.Put("bench of ").Put(arguments).EndLine();
  }
  static void Reboot(void*, app::Text& text, const char*) { text.Put("gone").EndLine(); }

  static constexpr app::Command kCommands[] = {
      {"info", "what this image is", Info},
      {"profile", "cycles per layer", Profile},
      {"bench", "many runs", Bench, "[N]"},
      {"reboot", "start anew", Reboot, "", "really?"},
  };

  FakeSerial serial_;
  Runs runs_;
  app::Console console_{serial_, kCommands, std::size(kCommands), &runs_};
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
  EXPECT_NE(answer.find("help                    this list\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("info                    what this image is\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("bench [N]               many runs\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("profile                 cycles per layer\r\n"), std::string::npos) << answer;
}

TEST_F(Console, HintsAtTheNearestCommand) {
  const auto hint = [this](const std::string& typed) {
    const std::string answer = Type(typed + "\r");
    const std::string head = typed + "\r\nunknown command \"" + typed + "\": ";
    EXPECT_EQ(answer.substr(0, head.size()), head);
    return answer.substr(std::min(head.size(), answer.size()));
  };
  const std::string list = "type help for the list\r\n> ";
  EXPECT_EQ(hint("prof"), "did you mean profile? " + list);
  EXPECT_EQ(hint("information"), "did you mean info? " + list);
  EXPECT_EQ(hint("ifno 3"), "did you mean info? " + list);
  EXPECT_EQ(hint("porfile"), "did you mean profile? " + list);
  EXPECT_EQ(hint("hlep"), "did you mean help? " + list);
  EXPECT_EQ(hint("xyz"), list);
  EXPECT_EQ(hint("profilprofilprofilprofil"), list);
  EXPECT_EQ(runs_.info + runs_.profile, 0);
}

TEST_F(Console, GivesACommandWhatFollowsItsName) {
  EXPECT_EQ(Type(" bench   12 x \r"), " bench   12 x \r\nbench of 12 x\r\n> ");
  EXPECT_EQ(Type("bench\r"), "bench\r\nbench of \r\n> ");
  EXPECT_EQ(Type("info 3\r"), "info 3\r\ninfo takes nothing after its name\r\n> ");
  EXPECT_EQ(Type("help me\r"), "help me\r\nhelp takes nothing after its name\r\n> ");
  EXPECT_EQ(Type("reboot now\r"), "reboot now\r\nreboot takes nothing after its name\r\n> ");
  EXPECT_EQ(runs_.info, 0);
}

TEST_F(Console, AsksBeforeACommandThatWantsIt) {
  EXPECT_EQ(Type("reboot\r"), "reboot\r\nreally?\r\nyes or no? ");
  EXPECT_EQ(Type("yes\r"), "yes\r\ngone\r\n> ");
  Type("reboot\r");
  EXPECT_EQ(Type("reboot\r"), "reboot\r\nnot done: only yes does it\r\n> ");
  Type("reboot\r");
  EXPECT_EQ(Type("\r"), "\r\nnot done: only yes does it\r\n> ");
  EXPECT_EQ(Type("yes\r").find("gone"), std::string::npos) << "an answer without a question";
}

TEST_F(Console, ForgetsAQuestionThatIsDiscarded) {
  Type("reboot\r");
  console_.Discard();
  EXPECT_EQ(Type("yes\r").find("gone"), std::string::npos);
}

TEST_F(Console, ForgetsAQuestionAfterControlC) {
  Type("reboot\rye\x03");
  EXPECT_EQ(Type("\r"), "\r\nnot done: only yes does it\r\n> ");
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
  Type("~\x03\r");
  EXPECT_EQ(Type("info\r"), "info\r\nfacts\r\n> ");
}

}  // namespace
