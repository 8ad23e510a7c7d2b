// Asks the accelerator for a sum of products whose value is known.
#pragma once

#include <cstdint>

#include "mvp/driver.h"

namespace app {

struct SelfTest {
  mvp::Status status;  // of the program
  uint16_t expected;   // binary16
  uint16_t found;      // what stands in memory; meaningless unless status is kOk
  uint64_t accelerator_cycles;

  bool passed() const { return status == mvp::Status::kOk && found == expected; }
};

// Takes some hundred cycles. No model may be running.
SelfTest TestAccelerator(mvp::Driver& driver);

}  // namespace app
