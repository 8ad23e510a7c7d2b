// Keys of the usual terminals (ECMA-48 sequences, the control characters of Emacs) on one line.
#include "app/line_editor.h"

#include <cstring>

namespace app {
namespace {

constexpr char Control(char letter) { return static_cast<char>(letter & 0x1F); }

constexpr char kEscape = 0x1B;
constexpr char kBackspace = 0x08;
constexpr char kRubout = 0x7F;  // what most terminals send for the backspace key
constexpr char kBell[] = "\a";
constexpr char kClearScreen[] = "\x1B[H\x1B[2J";
constexpr unsigned kLargestParameter = 99;

bool IsPrintable(char byte) { return byte >= 0x20 && byte < 0x7F; }

}  // namespace

void LineEditor::Begin(const char* prompt) {
  prompt_ = prompt;
  Discard();
  text_.Put(prompt_);
}

void LineEditor::Discard() {
  length_ = cursor_ = age_ = 0;
  spoilt_ = false;
  escape_ = Escape::kNone;
}

const char* LineEditor::Accept(char byte) {
  if (TakeEscape(byte)) return nullptr;
  // A terminal may end a line with CR, LF or both; both together are one end.
  const bool second_of_pair = byte == '\n' && after_return_;
  after_return_ = byte == '\r';
  if (second_of_pair) return nullptr;
  if (byte == '\r' || byte == '\n') return Finish();
  Key(byte);
  return nullptr;
}

// Arrow and function keys send ESC [ numbers letter, ESC O letter, or ESC and one character for Alt.
bool LineEditor::TakeEscape(char byte) {
  switch (escape_) {
    case Escape::kNone:
      if (byte != kEscape) return false;
      escape_ = Escape::kStarted;
      return true;
    case Escape::kStarted:
      parameter_ = 0;
      escape_ = byte == '[' ? Escape::kSequence : byte == 'O' ? Escape::kSingle : Escape::kNone;
      return escape_ != Escape::kNone;
    case Escape::kSequence:
    case Escape::kSingle:
      if (byte >= '0' && byte <= '9' && parameter_ <= kLargestParameter) {
        parameter_ = 10 * parameter_ + static_cast<unsigned>(byte - '0');
      }
      if (byte < 0x40 || byte > 0x7E) return true;
      escape_ = Escape::kNone;
      if (!spoilt_) FunctionKey(byte);
      return true;
  }
  return false;
}

void LineEditor::FunctionKey(char final) {
  constexpr unsigned kHome = 1, kDelete = 3, kEnd = 4, kOtherHome = 7, kOtherEnd = 8;
  switch (final) {
    case 'A':
      return Recall(age_ + 1);
    case 'B':
      return Recall(age_ > 0 ? age_ - 1 : kHistory + 1);
    case 'C':
      return MoveTo(cursor_ + 1);
    case 'D':
      return MoveTo(cursor_ - 1);
    case 'H':
      return MoveTo(0);
    case 'F':
      return MoveTo(length_);
    case '~':
      if (parameter_ == kHome || parameter_ == kOtherHome) return MoveTo(0);
      if (parameter_ == kEnd || parameter_ == kOtherEnd) return MoveTo(length_);
      if (parameter_ == kDelete) return Remove(cursor_, cursor_ + 1);
      return;
    default:
      return;
  }
}

void LineEditor::Key(char byte) {
  if (byte == Control('C')) {
    text_.Put("^C").EndLine();
    return Begin(prompt_);
  }
  if (spoilt_) return;
  if (IsPrintable(byte)) return Insert(byte);
  if (!ControlKey(byte)) spoilt_ = true;
}

bool LineEditor::ControlKey(char byte) {
  switch (byte) {
    case kBackspace:
    case kRubout:
      if (cursor_ > 0) Remove(cursor_ - 1, cursor_);
      return true;
    case Control('A'):
      MoveTo(0);
      return true;
    case Control('E'):
      MoveTo(length_);
      return true;
    case Control('K'):
      Remove(cursor_, length_);
      return true;
    case Control('U'):
      Remove(0, cursor_);
      return true;
    case Control('W'):
      EraseWord();
      return true;
    case Control('L'):
      text_.Put(kClearScreen);
      Redraw();
      return true;
    default:
      return false;
  }
}

void LineEditor::Insert(char byte) {
  if (length_ == kMaxLine) {
    text_.Put(kBell);
    return;
  }
  std::memmove(&line_[cursor_ + 1], &line_[cursor_], length_ - cursor_);
  line_[cursor_++] = byte;
  ++length_;
  text_.Put(byte);
  PutTail(0);
}

// Leaves the cursor at `from`. Nothing past the end is removed.
void LineEditor::Remove(size_t from, size_t to) {
  if (to > length_ || to <= from) return;
  MoveTo(from);
  std::memmove(&line_[from], &line_[to], length_ - to);
  length_ -= to - from;
  PutTail(to - from);
}

void LineEditor::EraseWord() {
  size_t begin = cursor_;
  while (begin > 0 && line_[begin - 1] == ' ') --begin;
  while (begin > 0 && line_[begin - 1] != ' ') --begin;
  Remove(begin, cursor_);
}

// One step past either end (before the first: SIZE_MAX) does nothing.
void LineEditor::MoveTo(size_t cursor) {
  if (cursor > length_) return;
  for (; cursor_ > cursor; --cursor_) text_.Put('\b');
  for (; cursor_ < cursor; ++cursor_) text_.Put(line_[cursor_]);
}

// Prints what follows the cursor and `blanks` over what stood there; the terminal's cursor returns.
void LineEditor::PutTail(size_t blanks) {
  for (size_t i = cursor_; i < length_; ++i) text_.Put(line_[i]);
  text_.Blanks(blanks);
  for (size_t i = cursor_; i < length_ + blanks; ++i) text_.Put('\b');
}

void LineEditor::Redraw() {
  text_.Put(prompt_);
  const size_t cursor = cursor_;
  cursor_ = 0;
  MoveTo(length_);
  MoveTo(cursor);
}

void LineEditor::Recall(size_t age) {
  if (age > kHistory || (age > 0 && history_[age - 1][0] == '\0')) {
    text_.Put(kBell);
    return;
  }
  MoveTo(length_);
  Remove(0, length_);
  age_ = age;
  if (age == 0) return;
  line_ = history_[age - 1];
  length_ = std::strlen(line_.data());
  MoveTo(length_);
}

const char* LineEditor::Finish() {
  if (spoilt_) {
    text_.EndLine().Put("line dropped: it held an unprintable byte").EndLine();
    length_ = 0;
  } else {
    text_.EndLine();
  }
  while (length_ > 0 && line_[length_ - 1] == ' ') --length_;
  line_[length_] = '\0';
  const char* line = line_.data();
  while (*line == ' ') ++line;
  Remember(line);
  Discard();
  return line;
}

void LineEditor::Remember(const char* line) {
  if (*line == '\0' || std::strcmp(line, history_[0].data()) == 0) return;
  for (size_t i = kHistory - 1; i > 0; --i) history_[i] = history_[i - 1];
  std::strcpy(history_[0].data(), line);
}

}  // namespace app
