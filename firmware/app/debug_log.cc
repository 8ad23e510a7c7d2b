// The runtime's messages go to the person on the serial line.
#include "tensorflow/lite/micro/debug_log.h"

#include "app/format.h"
#include "port/platform.h"

extern "C" void DebugLog(const char* format, va_list args) {
  app::Text text(port::MessageSerial());
  app::Format(text, format, args);
}
