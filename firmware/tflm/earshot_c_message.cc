// Keeps the runtime's last line for programs that have no DebugLog of their own.
#include <cstdio>
#include <cstring>

#include "earshot_c.h"
#include "tensorflow/lite/micro/debug_log.h"

namespace earshot {
namespace {

struct LastMessage {
  char text[160] = "";
  bool is_complete = true;  // the next piece begins a new line
};

LastMessage& Message() {
  static LastMessage message;
  return message;
}

}  // namespace
}  // namespace earshot

// A line comes in pieces, the last of which is its end.
extern "C" void DebugLog(const char* format, va_list args) {
  earshot::LastMessage& message = earshot::Message();
  if (std::strcmp(format, "\r\n") == 0) {
    message.is_complete = true;
    return;
  }
  const size_t begin = message.is_complete ? 0 : std::strlen(message.text);
  std::vsnprintf(message.text + begin, sizeof(message.text) - begin, format, args);
  message.is_complete = false;
}

const char* EarshotLastMessage(void) { return earshot::Message().text; }
