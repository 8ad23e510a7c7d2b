// The firmware's messages in the host executable.
#include "host/sim/host_build/debug_log.h"

#include <cstdio>
#include <sstream>
#include <utility>

#include "tensorflow/lite/micro/debug_log.h"

namespace host_build {
namespace {

// DebugLog is a plain function of the firmware, so what it is given must be kept in one place per program.
std::string& Messages() {
  static std::string messages;
  return messages;
}

}  // namespace

std::string TakeMessages() {
  std::istringstream lines(std::exchange(Messages(), {}));
  std::string joined;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) joined += (joined.empty() ? "" : "; ") + line;
  }
  return joined;
}

}  // namespace host_build

extern "C" void DebugLog(const char* format, va_list args) {
  char text[512];
  if (std::vsnprintf(text, sizeof(text), format, args) > 0) host_build::Messages() += text;
}
