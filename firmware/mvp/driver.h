// Driver for the MVP accelerator: bring-up, one program at a time, and the counters that reports are made
// from.
#pragma once

#include <cstdint>

#include "mvp/launch.h"
#include "mvp/program_image.h"
#include "port/accelerator.h"

namespace mvp {

enum class Status {
  kOk,
  kAbsent,   // the part has no MVP, or Init was not called or failed
  kTimeout,  // the program did not end in time; the accelerator was reset
  kFault,    // the program stopped with a fault (see last_fault); the accelerator was reset
};

// A launch that did not end well, and what the accelerator had latched then.
struct FaultRecord {
  Status outcome = Status::kOk;  // kFault or kTimeout; kOk while there was none
  uint32_t launch = 0;           // which launch since construction, from 1
  uint32_t flags = 0;            // IF & the five fault bits
  uint32_t status = 0;           // FAULTSTATUS
  uint32_t address = 0;          // FAULTADDR
};

class Driver {
 public:
  // Core cycles after which a program counts as hung when the caller knows no better bound (about 0.86 s at
  // 78 MHz).
  static constexpr uint32_t kDefaultTimeoutCycles = uint32_t{1} << 26;

  explicit Driver(port::Accelerator& accelerator) : accelerator_(accelerator) {}

  // Powers the accelerator up and sets its counters and interrupts. kAbsent on parts without one.
  [[nodiscard]] Status Init();

  // Starts a program and returns while it runs. A program that still runs is finished first; where that
  // fails, its status is returned and nothing is started. The image may lie in flash and is not needed any
  // more when Start returns. `timeout_cycles` bounds the wait in Finish.
  [[nodiscard]] Status Start(const Launch& launch, uint32_t timeout_cycles = kDefaultTimeoutCycles);

  // Waits until the started program ends; kOk when none runs. On kFault and kTimeout the output in memory is
  // undefined, the fault counter has gone up by one, and the accelerator is ready for the next program.
  [[nodiscard]] Status Finish();

  // Start, then Finish.
  [[nodiscard]] Status Run(const Program& program, uint32_t timeout_cycles = kDefaultTimeoutCycles);

  // True between a successful Init and the end of time: Start may be called.
  bool ready() const { return ready_; }

  // True from Start to Finish, also when the program has ended meanwhile.
  bool running() const { return running_; }

  // Address of `pointer` on the accelerator's bus; 0 when the accelerator cannot reach it.
  uint32_t BusAddress(const void* pointer) const { return accelerator_.BusAddress(pointer); }

  // Cumulative since construction. Cycles are PERF0 in RUN mode, of programs that ended without fault; a
  // program must stay below 2 * 2^24 of them, as the counter tells one wrap only.
  uint64_t accelerator_cycles() const { return accelerator_cycles_; }
  uint32_t launches() const { return launches_; }        // programs ended, those that failed included
  uint64_t wait_cycles() const { return wait_cycles_; }  // core cycles spent with nothing to do but wait
  uint32_t faults() const { return faults_; }            // programs that ended in kFault or kTimeout

  const FaultRecord& last_fault() const { return last_fault_; }

 private:
  void BringUp();
  [[nodiscard]] Status Fail(Status status);

  port::Accelerator& accelerator_;
  bool ready_ = false;
  bool running_ = false;
  uint32_t timeout_cycles_ = 0;  // of the running program
  uint64_t accelerator_cycles_ = 0;
  uint64_t wait_cycles_ = 0;
  uint32_t launches_ = 0;
  uint32_t faults_ = 0;
  FaultRecord last_fault_;
};

}  // namespace mvp
