// The serial console for a person: a prompt, a line editor and named commands.
#pragma once

#include <array>
#include <cstddef>

#include "app/text.h"
#include "port/serial.h"

namespace app {

struct Command {
  const char* name;
  const char* summary;  // one line for `help`
  void (*run)(void* context, Text& text);
};

class Console {
 public:
  static constexpr size_t kMaxLine = 79;

  // `commands` [count] and `context`, which every command gets, must outlive the console. `help` is built in.
  Console(port::Serial& serial, const Command* commands, size_t count, void* context)
      : serial_(serial), text_(serial), commands_(commands), count_(count), context_(context) {}

  // Prints the first prompt.
  void Start();

  // Handles every byte that has arrived; runs a command for each finished line. Returns when none is left.
  void Poll();

 private:
  enum class Escape { kNone, kStarted, kSequence };

  void Handle(char byte);
  bool SkipEscape(char byte);
  void Edit(char byte);
  void Erase(size_t characters);
  void FinishLine();
  void Run(const char* name);
  void PrintHelp();
  void PrintUnknown(const char* name);
  void PrintPrompt();

  port::Serial& serial_;
  Text text_;
  const Command* commands_;
  size_t count_;
  void* context_;
  std::array<char, kMaxLine + 1> line_{};
  size_t length_ = 0;
  bool after_return_ = false;
  Escape escape_ = Escape::kNone;
};

}  // namespace app
