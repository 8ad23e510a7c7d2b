// The serial console for a person: a prompt, a line editor and named commands.
#pragma once

#include <cstddef>

#include "app/line_editor.h"
#include "app/text.h"
#include "port/serial.h"

namespace app {

struct Command {
  const char* name;
  const char* summary;  // one line for `help`
  // `arguments` is what follows the name, without blanks around it; "" for nothing.
  void (*run)(void* context, Text& text, const char* arguments);
  const char* usage = "";          // what may follow the name, for `help`; "": nothing may
  const char* question = nullptr;  // asked before the command runs, which it does for "yes"
};

class Console {
 public:
  static constexpr size_t kMaxLine = LineEditor::kMaxLine;

  // `commands` [count] and `context`, which every command gets, must outlive the console. `help` is built in.
  Console(port::Serial& serial, const Command* commands, size_t count, void* context)
      : serial_(serial),
        text_(serial),
        editor_(text_),
        commands_(commands),
        count_(count),
        context_(context) {}
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Prints a prompt, at the start and wherever other text has interrupted the line.
  void Start();

  // Handles every byte that has arrived; runs a command for each finished line. Returns when none is left.
  void Poll();

  // Handles one byte, for whoever reads the serial line in the console's place.
  void Accept(char byte);

  // Forgets the line that is being typed and a question that waits for its answer; prints nothing.
  void Discard();

 private:
  void Finish(const char* line);
  void Run(const char* line);
  void Answer(const char* line);
  void PrintHelp();
  void PrintNothingFollows(const char* name);
  void PrintUnknown(const char* line, size_t name_length);
  const char* Nearest(const char* name, size_t length) const;

  port::Serial& serial_;
  Text text_;
  LineEditor editor_;
  const Command* commands_;
  size_t count_;
  void* context_;
  const Command* asked_ = nullptr;  // the command whose question waits for its answer
};

}  // namespace app
