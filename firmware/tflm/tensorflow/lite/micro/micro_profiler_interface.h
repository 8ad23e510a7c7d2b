// What is told about each operator as it runs.
#pragma once

#include <cstdint>

namespace tflite {

class MicroProfilerInterface {
 public:
  // `tag` is the operator's name in upper case, as FULLY_CONNECTED. The result goes to EndEvent.
  virtual uint32_t BeginEvent(const char* tag) = 0;
  virtual void EndEvent(uint32_t event_handle) = 0;

 protected:
  ~MicroProfilerInterface() = default;
};

}  // namespace tflite
