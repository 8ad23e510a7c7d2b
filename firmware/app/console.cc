// Line editing and dispatch. Echo is ours: a terminal program shows only what comes back.
#include "app/console.h"

#include <cstring>

namespace app {
namespace {

constexpr char kInterrupt = 0x03;  // Ctrl-C
constexpr char kBackspace = 0x08;
constexpr char kEraseLine = 0x15;  // Ctrl-U
constexpr char kEscape = 0x1B;
constexpr char kDelete = 0x7F;  // what most terminals send for the backspace key
constexpr char kBell[] = "\a";
constexpr size_t kNameWidth = 10;

bool IsPrintable(char byte) { return byte >= 0x20 && byte < 0x7F; }

bool StartsWith(const char* text, const char* beginning) {
  return std::strncmp(text, beginning, std::strlen(beginning)) == 0;
}

}  // namespace

void Console::Start() { PrintPrompt(); }

void Console::Poll() {
  for (int byte = serial_.Read(); byte >= 0; byte = serial_.Read()) Handle(static_cast<char>(byte));
}

void Console::Handle(char byte) {
  if (SkipEscape(byte)) return;
  // A terminal may end a line with CR, LF or both; both together are one end.
  const bool second_of_pair = byte == '\n' && after_return_;
  after_return_ = byte == '\r';
  if (second_of_pair) return;
  if (byte == '\r' || byte == '\n') return FinishLine();
  Edit(byte);
}

// Arrow and function keys send ESC [ … letter or ESC O letter: swallowed whole, or their letters would be
// typed.
bool Console::SkipEscape(char byte) {
  switch (escape_) {
    case Escape::kNone:
      if (byte != kEscape) return false;
      escape_ = Escape::kStarted;
      return true;
    case Escape::kStarted:
      escape_ = byte == '[' || byte == 'O' ? Escape::kSequence : Escape::kNone;
      return escape_ == Escape::kSequence;
    case Escape::kSequence:
      if (byte >= 0x40 && byte <= 0x7E) escape_ = Escape::kNone;
      return true;
  }
  return false;
}

void Console::Edit(char byte) {
  if (byte == kBackspace || byte == kDelete) return Erase(length_ > 0 ? 1 : 0);
  if (byte == kEraseLine) return Erase(length_);
  if (byte == kInterrupt) {
    length_ = 0;
    text_.Put("^C").EndLine();
    return PrintPrompt();
  }
  if (!IsPrintable(byte)) return;
  if (length_ == kMaxLine) {
    text_.Put(kBell);
    return;
  }
  line_[length_++] = byte;
  text_.Put(byte);
}

void Console::Erase(size_t characters) {
  for (size_t i = 0; i < characters; ++i) text_.Put("\b \b");
  length_ -= characters;
}

void Console::FinishLine() {
  text_.EndLine();
  while (length_ > 0 && line_[length_ - 1] == ' ') --length_;
  line_[length_] = '\0';
  length_ = 0;
  const char* name = line_.data();
  while (*name == ' ') ++name;
  if (*name != '\0') Run(name);
  PrintPrompt();
}

void Console::Run(const char* name) {
  if (std::strcmp(name, "help") == 0) return PrintHelp();
  for (size_t i = 0; i < count_; ++i) {
    if (std::strcmp(name, commands_[i].name) == 0) return commands_[i].run(context_, text_);
  }
  PrintUnknown(name);
}

void Console::PrintHelp() {
  text_.Left("help", kNameWidth).Put("this list").EndLine();
  for (size_t i = 0; i < count_; ++i) {
    text_.Left(commands_[i].name, kNameWidth).Put(commands_[i].summary).EndLine();
  }
}

// The hint is a command that the input begins with or begins; else the list.
void Console::PrintUnknown(const char* name) {
  text_.Put("unknown command \"").Put(name).Put("\": ");
  for (size_t i = 0; i < count_; ++i) {
    const char* known = commands_[i].name;
    if (StartsWith(known, name) || StartsWith(name, known)) {
      text_.Put("did you mean ").Put(known).Put("? ");
      break;
    }
  }
  text_.Put("type help for the list").EndLine();
}

void Console::PrintPrompt() { text_.Put("> "); }

}  // namespace app
