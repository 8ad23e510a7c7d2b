// Faults: status registers, escalation to HardFault, lock-up, and the floating-point context that FP
// instructions need before they run. Rules of the Armv8-M manual, B3 "Fault handling" and "Lazy
// floating-point state".
#include <cstdio>

#include "host/sim/core/processor.h"

namespace sim {
namespace {

constexpr uint32_t kControlNpriv = 1;
constexpr unsigned kCp10Shift = 20;

}  // namespace

void Processor::Lockup(const char* why) {
  words_.locked_up = true;
  char text[200];
  std::snprintf(text, sizeof text, "lock-up at PC 0x%08x: %s", engine_.Register(15), why);
  lockup_ = text;
  const std::string fault = LastFaultText();
  if (!fault.empty()) lockup_ += "; last exception: " + fault;
}

std::string Processor::LastFaultText() const {
  if (fault_.number == 0) return "";
  const char* reason = CfsrName(fault_.cfsr);
  if (fault_.number == kHardFault && fault_.cfsr == 0) reason = "VECTTBL";
  if (fault_.number == kDebugMonitor) reason = "BKPT";
  if (fault_.number == kSvCall) reason = "SVC";
  char text[200];
  int length = std::snprintf(text, sizeof text, "%u %s (%s) at PC 0x%08x", fault_.number,
                             ExceptionName(fault_.number).c_str(), reason, fault_.pc);
  const auto rest = [&] { return sizeof text - static_cast<size_t>(length); };
  if (fault_.has_address != 0) {
    length += std::snprintf(text + length, rest(), ", address 0x%08x", fault_.address);
  }
  if (fault_.taken != fault_.number) {
    length += std::snprintf(text + length, rest(), ", escalated to %s", ExceptionName(fault_.taken).c_str());
  }
  return text;
}

void Processor::Fault(Exception exception, uint32_t cfsr_bit) {
  words_.cfsr |= cfsr_bit;
  fault_ = {exception, exception, cfsr_bit, engine_.Register(15), 0, 0};
  Escalate(exception);
}

void Processor::FaultAt(Exception exception, uint32_t cfsr_bit, uint32_t address) {
  if (exception == kBusFault) {
    words_.bfar = address;
    cfsr_bit |= kBfarvalid;
  } else if (exception == kMemManage) {
    words_.mmfar = address;
    cfsr_bit |= kMmarvalid;
  }
  words_.cfsr |= cfsr_bit;
  fault_ = {exception, exception, cfsr_bit, engine_.Register(15), address, 1};
  Escalate(exception);
}

void Processor::Escalate(Exception exception) {
  const int priority = ExecutionPriority();
  if (exceptions_.enabled(exception) && exceptions_.GroupPriority(exception) < priority) {
    exceptions_.Pend(exception);
    return;
  }
  fault_.taken = kHardFault;
  if (priority <= -1) {
    Lockup(engine_.ipsr() == kNmi ? "a fault while handling NMI" : "a fault while handling HardFault");
    return;
  }
  words_.hfsr |= kHfsrForced;
  exceptions_.Pend(kHardFault);
}

void Processor::SupervisorCall() {
  if (exceptions_.GroupPriority(kSvCall) < ExecutionPriority()) {
    exceptions_.Pend(kSvCall);
    return;
  }
  fault_ = {kSvCall, kSvCall, 0, engine_.Register(15), 0, 0};
  Escalate(kSvCall);
}

void Processor::BreakpointFault(bool monitor) {
  constexpr uint32_t kDfsrBkpt = 2;
  words_.dfsr |= kDfsrBkpt;
  fault_ = {kDebugMonitor, kDebugMonitor, 0, engine_.Register(15), 0, 0};
  const int priority = ExecutionPriority();
  if (monitor && exceptions_.GroupPriority(kDebugMonitor) < priority) {
    exceptions_.Pend(kDebugMonitor);
    return;
  }
  fault_.taken = kHardFault;
  if (priority <= -1) {
    Lockup("a breakpoint instruction while handling a fault");
    return;
  }
  words_.hfsr |= kHfsrDebugevt;
  exceptions_.Pend(kHardFault);
}

bool Processor::FaultsIgnored() { return (words_.ccr & kCcrBfhfnmign) != 0 && ExecutionPriority() < 0; }

bool Processor::FloatAllowed() const {
  const uint32_t access = words_.cpacr >> kCp10Shift & 3;
  const bool privileged = engine_.ipsr() != 0 || (engine_.control() & kControlNpriv) == 0;
  return access == 3 || (access == 1 && privileged);
}

bool Processor::FloatNeedsCare() const {
  const uint32_t access = words_.cpacr >> kCp10Shift & 3;
  return access != 3 || (words_.fpccr & kFpccrLspact) != 0;
}

// Before a floating-point instruction: the state of the interrupted context is saved if that was put off, and
// a new context begins with FPDSCR.
bool Processor::BeforeFloat() {
  if (!FloatAllowed()) {
    Fault(kUsageFault, kNocp);
    return false;
  }
  if ((words_.fpccr & kFpccrLspact) != 0) {
    const bool stored = StoreFloat(words_.fpcar);
    words_.fpccr &= ~kFpccrLspact;
    if (!stored) {
      Fault(kBusFault, kLsperr);
      return false;
    }
  }
  return true;
}

}  // namespace sim
