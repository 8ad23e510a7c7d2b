// The Python extension host.mvp._mvp: the accelerator's model, with memory that Python owns.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string_view.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "host/mvp/cycle_model.h"
#include "host/mvp/mvp.h"

namespace nb = nanobind;

namespace {

using mvp_model::CycleModel;
using mvp_model::Region;
using mvp_model::RegionKind;
using Bytes = nb::ndarray<uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using ReadOnlyBytes = nb::ndarray<const uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

const CycleModel& CycleModelNamed(std::string_view name) {
  const CycleModel* model = mvp_model::FindCycleModel(name);
  if (model == nullptr) throw nb::value_error(("no cycle model named " + std::string(name)).c_str());
  return *model;
}

[[noreturn]] void ThrowNoRegister(uint32_t offset) {
  throw nb::index_error(("no register at offset " + std::to_string(offset)).c_str());
}

// `size` bytes as a region's size, if they end within 32-bit addresses.
uint32_t SizeAt(uint32_t base, size_t size) {
  if (size > UINT32_MAX || size > (uint64_t{1} << 32) - base)
    throw nb::value_error("memory goes beyond 32-bit addresses");
  return static_cast<uint32_t>(size);
}

bool Overlap(const Region& a, const Region& b) {
  return a.base < uint64_t{b.base} + b.size && b.base < uint64_t{a.base} + a.size;
}

std::string Describe(const Region& region) {
  char text[64];
  std::snprintf(text, sizeof text, "%s of %" PRIu32 " bytes at 0x%08" PRIx32,
                region.kind == RegionKind::kRam ? "RAM" : "flash", region.size, region.base);
  return text;
}

// The model and what keeps its memory alive.
class Machine {
 public:
  Machine(std::string_view cycle_model, bool fused, bool flush_subnormals, bool store_ties_away)
      : model_(CycleModelNamed(cycle_model)) {
    mvp_model::Arithmetic arithmetic;
    arithmetic.fused = fused;
    arithmetic.flush_subnormals = flush_subnormals;
    arithmetic.store_ties_away = store_ties_away;
    model_.set_arithmetic(arithmetic);
  }

  void AddRam(uint32_t base, const Bytes& bytes) {
    Add({base, SizeAt(base, bytes.size()), bytes.data(), bytes.data(), RegionKind::kRam});
    ram_.push_back(bytes);
  }

  void AddFlash(uint32_t base, const ReadOnlyBytes& bytes) {
    Add({base, SizeAt(base, bytes.size()), bytes.data(), nullptr, RegionKind::kFlash});
    flash_.push_back(bytes);
  }

  void ClearMemory() {
    RequireIdle();
    model_.memory().Clear();
    regions_.clear();
    ram_.clear();
    flash_.clear();
  }

  uint32_t Read(uint32_t offset) const {
    uint32_t value = 0;
    if (!model_.Read(offset, &value)) ThrowNoRegister(offset);
    return value;
  }

  void Write(uint32_t offset, uint32_t value) {
    if (!model_.Write(offset, value)) ThrowNoRegister(offset);
  }

  nb::bytes ReadBlock(uint32_t offset, uint32_t count) const {
    std::vector<uint32_t> words(count);
    for (uint32_t i = 0; i < count; ++i) words[i] = Read(offset + 4 * i);
    return nb::bytes(words.data(), words.size() * sizeof(uint32_t));
  }

  void WriteBlock(uint32_t offset, const nb::bytes& words) {
    if (words.size() % sizeof(uint32_t) != 0) throw nb::value_error("a block is whole 32-bit words");
    for (size_t i = 0; i < words.size(); i += sizeof(uint32_t)) {
      uint32_t word;
      std::memcpy(&word, static_cast<const uint8_t*>(words.data()) + i, sizeof word);
      Write(offset + static_cast<uint32_t>(i), word);
    }
  }

  uint64_t Advance(uint64_t budget) { return model_.Advance(budget); }
  bool Running() const { return model_.running(); }
  bool Interrupt() const { return model_.interrupt(); }
  void Reset() { model_.Reset(); }
  mvp_model::Timing::Counts Counts() const { return model_.counts(); }
  std::string_view CycleModelName() const { return model_.cycle_model().name; }

  void SetCycleModel(std::string_view name) {
    RequireIdle();
    model_.set_cycle_model(CycleModelNamed(name));
  }

 private:
  void Add(const Region& region) {
    RequireIdle();
    for (const Region& other : regions_) {
      if (Overlap(region, other)) {
        throw nb::value_error((Describe(region) + " overlaps " + Describe(other)).c_str());
      }
    }
    model_.memory().Add(region);
    regions_.push_back(region);
  }

  void RequireIdle() const {
    if (model_.running()) throw nb::value_error("a program runs: HALT it first");
  }

  mvp_model::Mvp model_;
  std::vector<Region> regions_;
  std::vector<Bytes> ram_;
  std::vector<ReadOnlyBytes> flash_;
};

}  // namespace

NB_MODULE(_mvp, module) {
  nb::class_<Machine>(module, "Machine")
      .def(nb::init<std::string_view, bool, bool, bool>(), nb::arg("cycle_model"), nb::kw_only(),
           nb::arg("fused") = false, nb::arg("flush_subnormals") = false, nb::arg("store_ties_away") = false)
      .def("add_ram", &Machine::AddRam, nb::arg("base"), nb::arg("memory").noconvert())
      .def("add_flash", &Machine::AddFlash, nb::arg("base"), nb::arg("memory").noconvert())
      .def("clear_memory", &Machine::ClearMemory)
      .def("read", &Machine::Read, nb::arg("offset"))
      .def("write", &Machine::Write, nb::arg("offset"), nb::arg("value"))
      .def("read_block", &Machine::ReadBlock, nb::arg("offset"), nb::arg("count"))
      .def("write_block", &Machine::WriteBlock, nb::arg("offset"), nb::arg("words"))
      .def("advance", &Machine::Advance, nb::arg("budget"))
      .def("reset", &Machine::Reset)
      .def("counts", &Machine::Counts)
      .def("set_cycle_model", &Machine::SetCycleModel, nb::arg("name"))
      .def_prop_ro("cycle_model", &Machine::CycleModelName)
      .def_prop_ro("running", &Machine::Running)
      .def_prop_ro("interrupt", &Machine::Interrupt);
}
