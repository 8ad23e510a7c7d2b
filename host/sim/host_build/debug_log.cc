// The firmware's messages in the host executable.
#include "host/sim/host_build/debug_log.h"

#include <cstdio>

#include "tensorflow/lite/micro/debug_log.h"

namespace host_build {
namespace {

// DebugLog is a plain function of the firmware, so what it is given must be kept in one place per program.
std::string& Messages() {
  static std::string messages;
  return messages;
}

}  // namespace

std::string TakeFirstMessage() {
  const std::string all = std::move(Messages());
  Messages().clear();
  return all.substr(0, all.find_first_of("\r\n"));
}

}  // namespace host_build

extern "C" void DebugLog(const char* format, va_list args) {
  char text[512];
  if (std::vsnprintf(text, sizeof(text), format, args) > 0) host_build::Messages() += text;
}
