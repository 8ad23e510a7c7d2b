// What keys do to a line, watched on a model of a terminal: what a person sees is what is run.
#include "app/line_editor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "fake_serial.h"

namespace {

// One line of a terminal: printable characters, backspace, and where the cursor stands.
struct Screen {
  std::string line;
  size_t cursor = 0;

  void Show(const std::string& text) {
    for (const char byte : text) {
      if (byte == '\b') {
        ASSERT_GT(cursor, 0u) << "left of the screen";
        --cursor;
      } else if (byte == '\n') {
        line.clear();
      } else if (byte == '\r') {
        cursor = 0;
      } else if (byte >= ' ') {
        if (cursor == line.size()) line.push_back(' ');
        line[cursor++] = byte;
      }
    }
  }

  // Blanks that were printed over what was erased cannot be told from none.
  std::string Visible() const { return line.substr(0, line.find_last_not_of(' ') + 1); }
};

class LineEditor : public testing::Test {
 protected:
  LineEditor() { editor_.Begin("> "); }

  // Types keys and returns the finished lines.
  std::vector<std::string> Type(const std::string& keys) {
    std::vector<std::string> lines;
    for (const char key : keys) {
      const char* line = editor_.Accept(key);
      if (line == nullptr) continue;
      lines.emplace_back(line);
      editor_.Begin("> ");
    }
    screen_.Show(serial_.Take());
    return lines;
  }

  std::string Line(const std::string& keys) {
    const auto lines = Type(keys + "\r");
    EXPECT_EQ(lines.size(), 1u);
    return lines.empty() ? "" : lines[0];
  }

  FakeSerial serial_;
  app::Text text_{serial_};
  app::LineEditor editor_{text_};
  Screen screen_;
};

constexpr char kLeft[] = "\x1B[D", kRight[] = "\x1B[C", kUp[] = "\x1B[A", kDown[] = "\x1B[B";
constexpr char kHome[] = "\x1B[H", kEnd[] = "\x1B[F", kDelete[] = "\x1B[3~";

TEST_F(LineEditor, InsertsAtTheCursor) {
  Type(std::string("bnch") + kLeft + kLeft + kLeft + "e");
  EXPECT_EQ(screen_.Visible(), "> bench");
  EXPECT_EQ(screen_.cursor, 4u);
  EXPECT_EQ(Line(""), "bench");
}

TEST_F(LineEditor, MovesToBothEndsByEveryKey) {
  for (const std::string home : {"\x1B[H", "\x1B[1~", "\x1B[7~", "\x1BOH", "\x01"}) {
    EXPECT_EQ(Line("bc" + home + "a"), "abc") << home;
  }
  for (const std::string end : {"\x1B[F", "\x1B[4~", "\x1B[8~", "\x1BOF", "\x05"}) {
    EXPECT_EQ(Line("ab\x01" + end + "c"), "abc") << end;
  }
}

TEST_F(LineEditor, StopsAtBothEnds) {
  EXPECT_EQ(Line(std::string("b") + kLeft + kLeft + kLeft + "a" + kRight + kRight + kRight + "c"), "abc");
}

TEST_F(LineEditor, Erases) {
  EXPECT_EQ(Line("inxx\x7F\bfo"), "info");
  EXPECT_EQ(Line("\x7F\b\x7F"), "") << "nothing to erase";
  EXPECT_EQ(Line(std::string("abc") + kHome + kDelete), "bc");
  EXPECT_EQ(Line(std::string("abc") + kDelete), "abc") << "nothing under the cursor";
  EXPECT_EQ(Line(std::string("abc") + kLeft + "\x7F"), "ac");
  EXPECT_EQ(Line(std::string("abcd") + kLeft + kLeft + "\x0B"), "ab") << "Ctrl-K";
  EXPECT_EQ(Line(std::string("abcd") + kLeft + kLeft + "\x15"), "cd") << "Ctrl-U";
  EXPECT_EQ(Line("bench 12  \x17"), "bench") << "Ctrl-W";
  EXPECT_EQ(Line(std::string("bench 12") + kLeft + "\x17"), "bench 2") << "Ctrl-W";
}

TEST_F(LineEditor, DropsTheLineWithControlC) {
  EXPECT_EQ(Line("abc\x03info"), "info");
  EXPECT_NE(screen_.Visible(), "");
}

TEST_F(LineEditor, ClearsTheScreenAndKeepsTheLine) {
  Type(std::string("info") + kLeft);
  EXPECT_EQ(editor_.Accept('\x0C'), nullptr);
  EXPECT_EQ(serial_.Take(), "\x1B[H\x1B[2J> info\b");
  EXPECT_EQ(Line("x"), "infxo");
}

TEST_F(LineEditor, RecallsLines) {
  EXPECT_EQ(Line("one"), "one");
  EXPECT_EQ(Line("two"), "two");
  EXPECT_EQ(Line("two"), "two");
  EXPECT_EQ(Line(std::string("draft") + kUp + kUp), "one") << "equal lines in a row count once";
  EXPECT_EQ(Line(std::string() + kUp + kUp + kUp + kDown), "two") << "of one, two, one";
  EXPECT_EQ(Line(std::string() + kUp + kDown), "");
  EXPECT_EQ(Line(std::string() + kDown + kUp + "2"), "two2") << "nothing below the new line";
}

TEST_F(LineEditor, KeepsTheLatestLines) {
  for (size_t i = 0; i <= app::LineEditor::kHistory; ++i) Line("line" + std::to_string(i));
  std::string up;
  for (size_t i = 0; i < app::LineEditor::kHistory + 3; ++i) up += kUp;
  EXPECT_EQ(Line(up), "line1");
}

TEST_F(LineEditor, SwallowsOtherFunctionKeys) {
  EXPECT_EQ(Line("in\x1B[15~\x1BOP\x1B[1;5P\x1B[99999999999~\x1B[Zfo"), "info");
}

TEST_F(LineEditor, DropsALineWithAnUnprintableByte) {
  for (const char byte : {'\x80', '\xFF', '\x02', '\t', '\0'}) {
    EXPECT_EQ(Line(std::string("in") + byte + "fo"), "");
    EXPECT_EQ(Line("info"), "info") << "the next one counts again";
    EXPECT_EQ(Line(std::string(1, byte) + "abc\x03info"), "info") << "Ctrl-C ends it as well";
  }
  Type("ab\x80");
  editor_.Accept('\r');
  EXPECT_EQ(serial_.Take(), "\r\nline dropped: it held an unprintable byte\r\n");
}

TEST_F(LineEditor, DiscardsWithoutAWord) {
  Type("ab\x80\x1B[");
  editor_.Discard();
  EXPECT_EQ(serial_.Take(), "");
  EXPECT_EQ(Line("info"), "info");
}

TEST_F(LineEditor, ShowsWhatItHolds) {
  std::mt19937 random(5);
  const std::vector<std::string> keys = {"a",   " ",     "xyz",  kLeft,  kLeft,  kRight, kHome,
                                         kEnd,  kDelete, "\x7F", "\x0B", "\x15", "\x17", kUp,
                                         kDown, "\r",    "b",    "cd",   "e",    "f"};
  std::string shown;
  for (int i = 0; i < 20'000; ++i) {
    const std::string& key = keys[random() % keys.size()];
    const auto lines = Type(key);
    if (key == "\r") {
      ASSERT_EQ(lines.size(), 1u);
      const size_t begin = shown.find_first_not_of(' ', 2);
      ASSERT_EQ(lines[0], begin == std::string::npos ? "" : shown.substr(begin)) << i;
    }
    shown = screen_.Visible();
    ASSERT_LE(screen_.line.size(), app::LineEditor::kMaxLine + 2);
  }
}

}  // namespace
