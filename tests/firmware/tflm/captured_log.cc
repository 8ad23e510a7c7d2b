// The runtime's messages in tests.
#include "captured_log.h"

#include <cstdio>
#include <utility>

#include "tensorflow/lite/micro/debug_log.h"

namespace model_building {
namespace {

std::string& Log() {
  static std::string log;
  return log;
}

}  // namespace

std::string TakeLog() { return std::exchange(Log(), {}); }

}  // namespace model_building

extern "C" void DebugLog(const char* format, va_list args) {
  char text[512];
  if (std::vsnprintf(text, sizeof(text), format, args) > 0) model_building::Log() += text;
}
