// Class DebugPort of virtual_xg24._core; see _core.pyi. It keeps its board
// alive.
#include "host/sim/extension/bind_debug_port.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/sim/debug_port/requests.h"
#include "host/sim/extension/machine.h"

namespace virtual_xg24 {
namespace {

namespace nb = nanobind;

class Port {
 public:
  Port(nb::handle_t<Machine> board, sim::PortIdentity identity)
      : kept_(nb::borrow(board)),
        machine_(*nb::inst_ptr<Machine>(board)),
        port_(machine_.board(), std::move(identity)) {}

  nb::bytes Answer(const nb::bytes& request, uint64_t due, const nb::callable& at_due) {
    sim::Cycle next = due;
    port_.wire().CallAt(due, [&] {
      next = sim::kNever;
      machine_.CallBack([&] { next = nb::cast<uint64_t>(at_due()); });
      return next;
    });
    std::vector<uint8_t> reply;
    const uint8_t* bytes = static_cast<const uint8_t*>(request.data());
    const size_t size = request.size();
    machine_.Guarded([&] {
      reply = port_.Answer(bytes, size);
      return sim::Stop{};
    });
    port_.wire().CallAt(sim::kNever, nullptr);
    return nb::bytes(reply.data(), reply.size());
  }

  std::optional<sim::Stop> TakeStop() {
    sim::Stop stop = port_.wire().TakeStop();
    return stop.reason == sim::StopReason::kUnmodelled ? std::optional(std::move(stop)) : std::nullopt;
  }
  sim::RequestPort& port() { return port_; }
  const nb::object& kept() const { return kept_; }

 private:
  nb::object kept_;
  Machine& machine_;
  sim::RequestPort port_;
};

// A callback of the board may refer to its port: the board lets go of
// callbacks, so the port only shows it.
int Traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  if (!nb::inst_ready(self)) return 0;
  Py_VISIT(nb::inst_ptr<Port>(self)->kept().ptr());
  return 0;
}

PyType_Slot g_slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(Traverse)}, {0, nullptr}};

}  // namespace

void BindDebugPort(nb::module_& module) {
  nb::class_<Port>(module, "DebugPort", nb::type_slots(g_slots))
      .def(
          "__init__",
          [](Port* self, nb::handle_t<Machine> machine, const std::string& name, const std::string& board,
             const std::string& order_code, uint32_t part,
             uint64_t unique_id) { new (self) Port(machine, {name, board, order_code, part, unique_id}); },
          nb::arg("machine"), nb::kw_only(), nb::arg("name"), nb::arg("board"), nb::arg("order_code"),
          nb::arg("part"), nb::arg("unique_id"))
      .def("answer", &Port::Answer, nb::arg("request"), nb::arg("due"), nb::arg("at_due"))
      .def("leave", [](Port& self) { self.port().Leave(); })
      .def("stay_off", [](Port& self) { self.port().wire().StayOff(); })
      .def("take_stop", &Port::TakeStop)
      .def_prop_ro("pulled", [](Port& self) { return self.port().wire().pulled(); })
      .def_prop_ro("swclk_cycles", [](Port& self) { return self.port().wire().counters().swclk_cycles; })
      .def_prop_ro("transfers", [](Port& self) { return self.port().wire().counters().transfers; });
}

}  // namespace virtual_xg24
