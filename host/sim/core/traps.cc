// What the board makes of the engine's traps: faults, sleep, exception returns, breakpoints.
#include "host/sim/core/board_impl.h"

namespace sim {

void Board::Impl::DataFault(uint32_t address) {
  if (processor.FaultsIgnored()) {  // CCR.BFHFNMIGN: as if the access had not been there
    const uint32_t pc = engine.Register(15);
    engine.SetRegister(15, pc + InstructionSize(pc));
    return;
  }
  processor.FaultAt(kBusFault, kPreciserr, address);
}

bool Board::Impl::HandleTrap(const TrapReport& report, Stop& stop) {
  switch (report.trap) {
    case Trap::kNone:
    case Trap::kYield:
      return true;
    case Trap::kWaitForInterrupt:
    case Trap::kWaitForEvent:
      words.sleeping = true;
      words.sleeps_for_event = report.trap == Trap::kWaitForEvent;
      recorder.SleepBegins();
      return true;
    case Trap::kSupervisorCall:
      processor.SupervisorCall();
      return true;
    case Trap::kExceptionReturn: {
      account.Redirect();
      recorder.ExceptionReturned();
      Charge(processor.Return(report.address, account.parameters()));
      if (words.sleeping) recorder.SleepBegins();
      return true;
    }
    case Trap::kBreakpoint:
      if (debug.halting_debug()) {
        debug.Halt(1);
      } else {
        processor.BreakpointFault(exceptions.enabled(kDebugMonitor));
      }
      return true;
    case Trap::kUndefined:
      processor.Fault(kUsageFault, MisalignedAt(engine.Register(15)) ? kUnaligned : kUndefinstr);
      return true;
    case Trap::kNoCoprocessor:
      processor.Fault(kUsageFault, kNocp);
      return true;
    case Trap::kInvalidState:
      processor.Fault(kUsageFault, kInvstate);
      return true;
    case Trap::kStackLimit:
      processor.Fault(kUsageFault, kStkof);
      return true;
    case Trap::kFetch: {
      const uint32_t region = engine.Register(15) >> 29;
      if (region == 2 || region >= 5) {
        processor.Fault(kMemManage, kIaccviol);  // never executable by the default map
      } else {
        processor.Fault(kBusFault, kIbuserr);
      }
      return true;
    }
    default:
      DataFault(report.address);
      static_cast<void>(stop);
      return true;
  }
}

}  // namespace sim
