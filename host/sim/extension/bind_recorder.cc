// The recorder's data as plain lists of tuples, events as packed bytes; see _core.pyi.
#include "host/sim/extension/bind_recorder.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <cstring>
#include <tuple>
#include <utility>
#include <vector>

#include "host/sim/account/block_account.h"
#include "host/sim/account/recorder.h"

namespace virtual_xg24 {
namespace {

using sim::Recorder;

// Address, bytes, instructions, executions, cycles.
using BlockRow = std::tuple<uint32_t, uint32_t, uint32_t, uint64_t, uint64_t>;
// Parent, function, cycles, calls.
using CallRow = std::tuple<uint32_t, uint32_t, uint64_t, uint64_t>;

std::vector<BlockRow> Blocks(Recorder& recorder) {
  std::vector<BlockRow> rows;
  for (const sim::TimedBlock& block : recorder.account().blocks()) {
    if (block.executions == 0) continue;
    rows.emplace_back(block.address, block.end - block.address, block.instructions, block.executions,
                      block.cycles);
  }
  return rows;
}

std::vector<CallRow> Calls(const Recorder& recorder) {
  std::vector<CallRow> rows;
  for (const sim::CallNode& node : recorder.calls()) {
    rows.emplace_back(node.parent, node.function, node.cycles, node.calls);
  }
  return rows;
}

// 16 bytes each, little-endian: cycle (64 bits), value (32), kind (32).
nanobind::bytes Events(const Recorder& recorder) {
  std::vector<uint8_t> bytes(recorder.events().size() * 16);
  uint8_t* to = bytes.data();
  for (const sim::TraceEvent& event : recorder.events()) {
    const uint32_t kind = static_cast<uint32_t>(event.kind);
    std::memcpy(to, &event.cycle, 8);
    std::memcpy(to + 8, &event.value, 4);
    std::memcpy(to + 12, &kind, 4);
    to += 16;
  }
  return nanobind::bytes(bytes.data(), bytes.size());
}

void SetFunctions(Recorder& recorder, const std::vector<std::pair<uint32_t, uint32_t>>& functions) {
  std::vector<sim::FunctionRange> ranges;
  for (const auto& [begin, end] : functions) ranges.push_back({begin, end});
  recorder.SetFunctions(std::move(ranges));
}

}  // namespace

void BindRecorder(nanobind::module_& module, nanobind::class_<Machine>& board) {
  namespace nb = nanobind;
  nb::class_<Recorder>(module, "Recorder")
      .def("set_functions", &SetFunctions, nb::arg("functions"))
      .def("start", &Recorder::Start, nb::arg("events"), nb::arg("most") = Recorder::kMostEvents)
      .def("stop", &Recorder::Stop)
      .def("clear_counts", [](Recorder& recorder) { recorder.account().ClearCounts(); })
      .def_prop_ro("following", &Recorder::following)
      .def_prop_ro("dropped", &Recorder::dropped)
      .def("blocks", &Blocks)
      .def("calls", &Calls)
      .def("events", &Events);
  board.def_prop_ro(
      "recorder", [](Machine& machine) -> Recorder& { return machine.board().recorder(); },
      nb::rv_policy::reference_internal);
}

}  // namespace virtual_xg24
