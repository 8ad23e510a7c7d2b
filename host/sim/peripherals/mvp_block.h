// The accelerator on the board: its model behind the register window, as bus master, on the board's clock.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "host/mvp/mvp.h"
#include "host/sim/core/bus_master.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// The model lags behind the board's clock; each access to its registers and each CatchUp brings it up. Its
// interrupt line moves at the very cycle the model says, or at once where the core has gone beyond that
// already. A clock that is switched off freezes it.
//
// Flash is read only to it, RAM is all that it can write. Where a program's stores may have hit,
// Memories::Changed is told at its end, so that code there is not run from an old translation.
class MvpBlock : public StatefulPeripheral<MvpBlock>, public BusMaster {
 public:
  // An unknown cycle model becomes device-flash: callers ask mvp_model::FindCycleModel first. A part without
  // MVP has nothing behind the window (`present` false): accesses are refused with kNoRegister.
  MvpBlock(const Surroundings& surroundings, std::string_view cycle_model, bool present = true);

  AccessResult Read(uint32_t offset, unsigned size) override;
  AccessResult Write(uint32_t offset, unsigned size, uint32_t value) override;

  bool busy() const override { return model_.running(); }
  // Also returns, with less done, after 2^24 cycles of a program.
  Cycle CatchUp(Cycle limit) override;

  // Who is told of each program's begin and end; `cycle` may be ahead of the clock. No part of a snapshot.
  struct ProgramEvent {
    Cycle cycle;
    bool begins;
    bool faulted;  // of an end: it was a fault's
  };
  void OnProgram(std::function<void(const ProgramEvent&)> call) { on_program_ = std::move(call); }

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive);

 private:
  struct Range {
    uint32_t address, size;
  };

  bool Frozen() const;
  void ConnectMemories(bool all);
  void PrepareLaunch();
  void FindStoreRanges();
  void ReportStores();
  Cycle QuietCycles() const;
  void Work(Cycle limit, bool stops_at_interrupt);
  void UpdateInterrupt(Cycle when);
  void TellProgram(Cycle cycle, bool begins);

  std::function<void(const ProgramEvent&)> on_program_;
  const bool present_;
  const ClockGate clock_{1, 30};
  Scheduler::Slot interrupt_;
  mvp_model::Mvp model_;
  Cycle reached_ = 0;                // up to where the model has gone
  bool fault_spent_ = false;         // the injected bus error has had its program
  bool disconnected_ = false;        // the program under way finds no memory: that bus error
  std::vector<Range> store_ranges_;  // of the program under way
};

}  // namespace sim
