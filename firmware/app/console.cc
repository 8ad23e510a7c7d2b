// Dispatch of finished lines, help, and hints for what is no command.
#include "app/console.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace app {
namespace {

constexpr char kHelp[] = "help";
constexpr size_t kUsageWidth = 24;
constexpr size_t kLongestName = 15;  // longer input is nobody's misspelling
constexpr size_t kMostMistakes = 2;

bool IsName(const char* text, size_t length, const char* name) {
  return std::strlen(name) == length && std::memcmp(text, name, length) == 0;
}

// Letters to insert, remove or replace to make `name` of `text` [length], at most kLongestName.
size_t Mistakes(const char* text, size_t length, const char* name) {
  std::array<size_t, kLongestName + 1> row{};
  for (size_t i = 0; i <= length; ++i) row[i] = i;
  for (size_t j = 0; name[j] != '\0'; ++j) {
    size_t diagonal = row[0]++;
    for (size_t i = 1; i <= length; ++i) {
      const size_t replaced = diagonal + (text[i - 1] == name[j] ? 0 : 1);
      diagonal = row[i];
      row[i] = std::min({replaced, row[i] + 1, row[i - 1] + 1});
    }
  }
  return row[length];
}

}  // namespace

void Console::Start() { editor_.Begin("> "); }

void Console::Poll() {
  for (int byte = serial_.Read(); byte >= 0; byte = serial_.Read()) Accept(static_cast<char>(byte));
}

void Console::Accept(char byte) {
  const char* line = editor_.Accept(byte);
  if (line != nullptr) Finish(line);
}

void Console::Discard() {
  asked_ = nullptr;
  editor_.Discard();
}

void Console::Finish(const char* line) {
  if (asked_ != nullptr) {
    Answer(line);
  } else if (*line != '\0') {
    Run(line);
  }
  editor_.Begin(asked_ != nullptr ? "yes or no? " : "> ");
}

void Console::Run(const char* line) {
  const size_t length = std::strcspn(line, " ");
  const char* arguments = line + length;
  while (*arguments == ' ') ++arguments;
  if (IsName(line, length, kHelp)) return *arguments == '\0' ? PrintHelp() : PrintNothingFollows(kHelp);
  for (size_t i = 0; i < count_; ++i) {
    const Command& command = commands_[i];
    if (!IsName(line, length, command.name)) continue;
    if (*command.usage == '\0' && *arguments != '\0') {
      PrintNothingFollows(command.name);
    } else if (command.question != nullptr) {
      text_.Put(command.question).EndLine();
      asked_ = &command;
    } else {
      command.run(context_, text_, arguments);
    }
    return;
  }
  PrintUnknown(line, length);
}

void Console::Answer(const char* line) {
  const Command& command = *asked_;
  asked_ = nullptr;
  if (std::strcmp(line, "yes") == 0) return command.run(context_, text_, "");
  text_.Put("not done: only yes does it").EndLine();
}

void Console::PrintHelp() {
  text_.Left(kHelp, kUsageWidth).Put("this list").EndLine();
  for (size_t i = 0; i < count_; ++i) {
    const Command& command = commands_[i];
    const size_t width = std::strlen(command.name) + 1;
    text_.Put(command.name).Put(' ');
    text_.Left(command.usage, width < kUsageWidth ? kUsageWidth - width : 0);
    text_.Put(command.summary).EndLine();
  }
}

void Console::PrintNothingFollows(const char* name) {
  text_.Put(name).Put(" takes nothing after its name").EndLine();
}

void Console::PrintUnknown(const char* line, size_t name_length) {
  text_.Put("unknown command \"").Put(line).Put("\": ");
  const char* nearest = Nearest(line, name_length);
  if (nearest != nullptr) text_.Put("did you mean ").Put(nearest).Put("? ");
  text_.Put("type help for the list").EndLine();
}

// A command that begins with the input or that it begins with; else the one with the fewest mistakes, as long
// as most letters are right.
const char* Console::Nearest(const char* name, size_t length) const {
  if (length > kLongestName) return nullptr;
  const char* nearest = nullptr;
  size_t fewest = std::min(kMostMistakes, length / 2) + 1;
  for (size_t i = 0; i <= count_; ++i) {
    const char* known = i < count_ ? commands_[i].name : kHelp;
    if (std::memcmp(known, name, std::min(length, std::strlen(known))) == 0) return known;
    const size_t mistakes = Mistakes(name, length, known);
    if (mistakes >= fewest) continue;
    fewest = mistakes;
    nearest = known;
  }
  return nearest;
}

}  // namespace app
