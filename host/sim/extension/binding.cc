// The Python extension virtual_xg24._core: names, arguments and types; see _core.pyi.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "host/mvp/cycle_model.h"
#include "host/sim/extension/bind_debug_port.h"
#include "host/sim/extension/bind_recorder.h"
#include "host/sim/extension/machine.h"

namespace nb = nanobind;

namespace {

using sim::Board;
using sim::BoardSettings;
using sim::InjectedFaults;
using sim::LineListener;
using sim::ReceivedCharacter;
using sim::SentFrame;
using sim::Stop;
using sim::StopReason;
using sim::UnmodelledAccess;
using virtual_xg24::Machine;

// As the Python face spells them (host.sim.board.StopReason).
const char* Name(StopReason reason) {
  switch (reason) {
    case StopReason::kCycles:
      return "cycles";
    case StopReason::kRequested:
      return "requested";
    case StopReason::kBreakpoint:
      return "breakpoint";
    case StopReason::kLockup:
      return "lockup";
    case StopReason::kHalted:
      return "halted";
    case StopReason::kUnmodelled:
      return "unmodelled";
    case StopReason::kPowerCut:
      return "power cut";
  }
  return "unknown";
}

void Construct(Machine* self, uint32_t flash_bytes, uint32_t ram_bytes, uint32_t part, uint64_t unique_id,
               uint32_t hfxo_hz, const std::string& cycle_model, bool strict, bool cyccnt_runs_in_sleep,
               uint64_t ram_seed, uint32_t flash_data_read, uint32_t vtor,
               const std::vector<std::pair<uint32_t, uint32_t>>& extra_ram) {
  if (mvp_model::FindCycleModel(cycle_model) == nullptr) {
    throw nb::value_error(("no cycle model named " + cycle_model).c_str());
  }
  BoardSettings settings;
  settings.flash_bytes = flash_bytes;
  settings.ram_bytes = ram_bytes;
  settings.part = part;
  settings.unique_id = unique_id;
  settings.hfxo_hz = hfxo_hz;
  settings.cycle_model = cycle_model;
  settings.strict = strict;
  settings.cyccnt_runs_in_sleep = cyccnt_runs_in_sleep;
  settings.ram_seed = ram_seed;
  settings.account.flash_data_read = flash_data_read;
  settings.vtor = vtor;
  for (const auto& [base, bytes] : extra_ram) settings.extra_ram.push_back({base, bytes});
  new (self) Machine(settings);
}

nb::bytes Hear(LineListener& listener, const std::vector<SentFrame>& sent, uint64_t now, uint32_t core_hz,
               uint32_t baud) {
  std::string bytes;
  for (const ReceivedCharacter& character : listener.Hear(sent, now, core_hz, baud)) {
    bytes.push_back(static_cast<char>(character.value));
  }
  return nb::bytes(bytes.data(), bytes.size());
}

int Traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  return nb::inst_ready(self) ? nb::inst_ptr<Machine>(self)->Traverse(visit, arg) : 0;
}

int Clear(PyObject* self) {
  if (nb::inst_ready(self)) nb::inst_ptr<Machine>(self)->Clear();
  return 0;
}

PyType_Slot g_slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(Traverse)},
                         {Py_tp_clear, reinterpret_cast<void*>(Clear)},
                         {0, nullptr}};

void BindRecords(nb::module_& module) {
  nb::class_<Stop>(module, "Stop")
      .def_prop_ro("reason", [](const Stop& stop) { return Name(stop.reason); })
      .def_ro("pc", &Stop::pc)
      .def_ro("detail", &Stop::detail);
  nb::class_<SentFrame>(module, "SentByte")
      .def(
          "__init__",
          [](SentFrame* self, uint64_t cycle, uint8_t value, uint32_t baud, uint32_t core_hz) {
            new (self) SentFrame{cycle, value, baud, core_hz};
          },
          nb::kw_only(), nb::arg("cycle"), nb::arg("value"), nb::arg("baud"), nb::arg("core_hz"))
      .def_ro("cycle", &SentFrame::cycle)
      .def_ro("value", &SentFrame::value)
      .def_ro("baud", &SentFrame::baud)
      .def_ro("core_hz", &SentFrame::core_hz);
  nb::class_<LineListener>(module, "LineListener")
      .def(nb::init<>())
      .def("hear", &Hear, nb::arg("sent"), nb::arg("now"), nb::arg("core_hz"), nb::arg("baud"));
  nb::class_<UnmodelledAccess>(module, "UnmodelledAccess")
      .def_ro("address", &UnmodelledAccess::address)
      .def_ro("pc", &UnmodelledAccess::pc)
      .def_ro("value", &UnmodelledAccess::value)
      .def_ro("write", &UnmodelledAccess::write)
      .def_ro("count", &UnmodelledAccess::count);
  nb::class_<InjectedFaults>(module, "InjectedFaults")
      .def_rw("hfxo_dead", &InjectedFaults::hfxo_dead)
      .def_rw("mvp_stuck", &InjectedFaults::mvp_stuck)
      .def_rw("mvp_bus_error", &InjectedFaults::mvp_bus_error)
      .def_rw("uart_stuck", &InjectedFaults::uart_stuck)
      .def_rw("serial_corrupt_ppm", &InjectedFaults::serial_corrupt_ppm)
      .def_rw("serial_drop_ppm", &InjectedFaults::serial_drop_ppm)
      .def_rw("serial_duplicate_ppm", &InjectedFaults::serial_duplicate_ppm)
      .def_rw("serial_seed", &InjectedFaults::serial_seed)
      .def_rw("flash_stuck_address", &InjectedFaults::flash_stuck_address)
      .def_rw("flash_stuck_bits", &InjectedFaults::flash_stuck_bits)
      .def_rw("swd_wait_ppm", &InjectedFaults::swd_wait_ppm)
      .def_rw("swd_fault_ppm", &InjectedFaults::swd_fault_ppm)
      .def_rw("swd_parity_ppm", &InjectedFaults::swd_parity_ppm)
      .def_rw("swd_seed", &InjectedFaults::swd_seed)
      .def_rw("probe_pull", &InjectedFaults::probe_pull)
      .def_rw("se_start_us", &InjectedFaults::se_start_us)
      .def_rw("se_start_faults", &InjectedFaults::se_start_faults)
      .def_rw("debug_lock", &InjectedFaults::debug_lock);
}

void BindRunning(nb::class_<Machine>& board) {
  board.def("power_on", [](Machine& machine) { machine.board().PowerOn(); })
      .def(
          "reset", [](Machine& machine, uint32_t cause_bit) { machine.board().Reset(cause_bit); },
          nb::arg("cause_bit"))
      .def("run", &Machine::Run, nb::arg("until"))
      .def("run_through", &Machine::RunThrough, nb::arg("until"))
      .def("step", &Machine::Step)
      .def("request_stop", [](Machine& machine) { machine.board().RequestStop(); })
      .def_prop_ro("now", [](const Machine& machine) { return machine.board().now(); })
      .def_prop_ro("seconds", [](const Machine& machine) { return machine.board().seconds(); })
      .def_prop_ro("core_hz", [](const Machine& machine) { return machine.board().core_hz(); })
      .def_prop_ro("instructions", [](const Machine& machine) { return machine.board().instructions(); })
      .def_prop_ro("sleep_cycles", [](const Machine& machine) { return machine.board().sleep_cycles(); })
      .def_prop_ro("halted_cycles", [](const Machine& machine) { return machine.board().halted_cycles(); })
      .def_prop_ro("power_cycles", [](const Machine& machine) { return machine.board().power_cycles(); })
      .def_prop_ro("last_exception", [](const Machine& machine) { return machine.board().last_exception(); })
      .def("unmodelled", [](const Machine& machine) { return machine.board().unmodelled(); });
}

void BindState(nb::class_<Machine>& board) {
  board.def("read_memory", &Machine::ReadMemory, nb::arg("address"), nb::arg("size"))
      .def("write_memory", &Machine::WriteMemory, nb::arg("address"), nb::arg("data"))
      .def("load", &Machine::Load, nb::arg("address"), nb::arg("data"))
      .def(
          "read_register",
          [](const Machine& machine, unsigned number) { return machine.board().ReadRegister(number); },
          nb::arg("number"))
      .def(
          "write_register",
          [](Machine& machine, unsigned number, uint32_t value) {
            return machine.board().WriteRegister(number, value);
          },
          nb::arg("number"), nb::arg("value"))
      .def("snapshot", &Machine::Snapshot)
      .def("restore", &Machine::Restore, nb::arg("snapshot"));
}

void BindCallsAndSerial(nb::class_<Machine>& board) {
  board
      .def(
          "add_stop", [](Machine& machine, uint32_t address) { machine.board().AddStop(address); },
          nb::arg("address"))
      .def(
          "remove_stop", [](Machine& machine, uint32_t address) { machine.board().RemoveStop(address); },
          nb::arg("address"))
      .def("add_call", &Machine::AddCall, nb::arg("address"), nb::arg("call"))
      .def("remove_call", &Machine::RemoveCall, nb::arg("address"))
      .def("on_sent", &Machine::SetOnSent, nb::arg("port"), nb::arg("call").none())
      .def("await_text", &Machine::AwaitText, nb::arg("port"), nb::arg("text"))
      .def("text_seen", &Machine::TextSeen, nb::arg("port"))
      .def("take_sent", &Machine::TakeSent, nb::arg("port"))
      .def("take_sent_bytes", &Machine::TakeSentBytes, nb::arg("port"))
      .def("send", &Machine::Send, nb::arg("port"), nb::arg("data"), nb::arg("baud") = 0)
      .def("pending_receive", &Machine::PendingReceive, nb::arg("port"));
}

void BindPins(nb::class_<Machine>& board) {
  board
      .def(
          "set_pin",
          [](Machine& machine, const std::string& name, bool level) {
            return machine.board().SetPin(name, level);
          },
          nb::arg("name"), nb::arg("level"))
      .def(
          "release_pin",
          [](Machine& machine, const std::string& name) { return machine.board().ReleasePin(name); },
          nb::arg("name"))
      .def(
          "pin", [](const Machine& machine, const std::string& name) { return machine.board().Pin(name); },
          nb::arg("name"));
}

void BindFaults(nb::class_<Machine>& board) {
  board
      .def_prop_ro(
          "faults", [](Machine& machine) -> InjectedFaults& { return machine.board().faults(); },
          nb::rv_policy::reference_internal)
      .def(
          "cut_power_at", [](Machine& machine, uint64_t cycle) { machine.board().CutPowerAt(cycle); },
          nb::arg("cycle"))
      .def(
          "flip_bit_at",
          [](Machine& machine, uint64_t cycle, uint32_t address, unsigned bit) {
            machine.board().FlipBitAt(cycle, address, bit);
          },
          nb::arg("cycle"), nb::arg("address"), nb::arg("bit"))
      .def(
          "flip_register_bit_at",
          [](Machine& machine, uint64_t cycle, unsigned number, unsigned bit) {
            machine.board().FlipRegisterBitAt(cycle, number, bit);
          },
          nb::arg("cycle"), nb::arg("number"), nb::arg("bit"));
}

}  // namespace

NB_MODULE(_core, module) {
  const BoardSettings defaults;
  BindRecords(module);
  nb::class_<Machine> board(module, "Board", nb::type_slots(g_slots));
  board.def("__init__", &Construct, nb::kw_only(), nb::arg("flash_bytes") = defaults.flash_bytes,
            nb::arg("ram_bytes") = defaults.ram_bytes, nb::arg("part") = defaults.part,
            nb::arg("unique_id") = defaults.unique_id, nb::arg("hfxo_hz") = defaults.hfxo_hz,
            nb::arg("cycle_model") = defaults.cycle_model, nb::arg("strict") = defaults.strict,
            nb::arg("cyccnt_runs_in_sleep") = defaults.cyccnt_runs_in_sleep,
            nb::arg("ram_seed") = defaults.ram_seed,
            nb::arg("flash_data_read") = defaults.account.flash_data_read, nb::arg("vtor") = defaults.vtor,
            nb::arg("extra_ram") = std::vector<std::pair<uint32_t, uint32_t>>{});
  BindRunning(board);
  BindState(board);
  BindCallsAndSerial(board);
  BindPins(board);
  BindFaults(board);
  virtual_xg24::BindRecorder(module, board);
  virtual_xg24::BindDebugPort(module);
}
