// The runtime's messages go to the person on the serial line.
#include "tensorflow/lite/micro/debug_log.h"

#include "app/format.h"
#include "app/message_line.h"
#include "port/platform.h"

namespace {

port::Serial*& MessageLine() {
  static port::Serial* line = &port::MessageSerial();
  return line;
}

}  // namespace

void app::RouteMessages(port::Serial& serial) { MessageLine() = &serial; }

extern "C" void DebugLog(const char* format, va_list args) {
  app::Text text(*MessageLine());
  app::Format(text, format, args);
}
