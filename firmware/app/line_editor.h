// One line of input on a terminal: cursor, editing keys and a short history. Echo is ours: a terminal program
// shows only what comes back.
#pragma once

#include <array>
#include <cstddef>

#include "app/text.h"

namespace app {

class LineEditor {
 public:
  static constexpr size_t kMaxLine = 79;
  static constexpr size_t kHistory = 4;  // lines

  explicit LineEditor(Text& text) : text_(text) {}

  // Begins an empty line after `prompt`, which must outlive the line.
  void Begin(const char* prompt);

  // Handles one byte. Returns the line when it has ended it, without blanks around it, valid until the next
  // call; else nullptr. A line with a byte that is neither printable nor an editing key is not echoed any
  // further, and is dropped with a word of explanation when it ends.
  const char* Accept(char byte);

  // Forgets the line that is being typed, with nothing printed, and any key that has only begun.
  void Discard();

 private:
  enum class Escape { kNone, kStarted, kSequence, kSingle };

  bool TakeEscape(char byte);
  void FunctionKey(char final);
  void Key(char byte);
  bool ControlKey(char byte);
  void Insert(char byte);
  void Remove(size_t from, size_t to);
  void EraseWord();
  void MoveTo(size_t cursor);
  void Recall(size_t age);
  void Redraw();
  void PutTail(size_t blanks);
  const char* Finish();
  void Remember(const char* line);

  Text& text_;
  const char* prompt_ = "";
  std::array<char, kMaxLine + 1> line_{};
  size_t length_ = 0;
  size_t cursor_ = 0;
  bool spoilt_ = false;
  bool after_return_ = false;
  Escape escape_ = Escape::kNone;
  unsigned parameter_ = 0;                                          // the first number of an escape sequence
  std::array<std::array<char, kMaxLine + 1>, kHistory> history_{};  // the latest first
  size_t age_ = 0;  // of the recalled line, 1 for the latest; 0: none
};

}  // namespace app
