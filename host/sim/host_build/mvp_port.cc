// Register accesses and address translation of the host build's accelerator.
#include "host/sim/host_build/mvp_port.h"

#include <cassert>
#include <functional>

#include "host/mvp/cycle_model.h"

namespace host_build {
namespace {

constexpr uint32_t kAlignment = 64;

const mvp_model::CycleModel& CycleModelNamed(std::string_view name) {
  const mvp_model::CycleModel* model = mvp_model::FindCycleModel(name);
  assert(model != nullptr);
  return model != nullptr ? *model : mvp_model::kDeviceFlash;
}

}  // namespace

bool MvpPort::IsCycleModel(std::string_view name) { return mvp_model::FindCycleModel(name) != nullptr; }

MvpPort::MvpPort(std::string_view cycle_model) : model_(CycleModelNamed(cycle_model)) {}

void MvpPort::Map(const uint8_t* memory, uint8_t* writable, size_t bytes, mvp_model::RegionKind kind,
                  uint32_t* next) {
  const uint32_t size = static_cast<uint32_t>(bytes);
  model_.memory().Add({*next, size, memory, writable, kind});
  mappings_.push_back({memory, bytes, *next});
  *next += (size + kAlignment - 1) / kAlignment * kAlignment;
}

void MvpPort::MapFlash(const uint8_t* memory, size_t bytes) {
  Map(memory, nullptr, bytes, mvp_model::RegionKind::kFlash, &next_flash_);
}

void MvpPort::MapRam(uint8_t* memory, size_t bytes) {
  Map(memory, memory, bytes, mvp_model::RegionKind::kRam, &next_ram_);
}

uint32_t MvpPort::Read(uint32_t offset) {
  uint32_t value = 0;
  const bool known = model_.Read(offset, &value);
  assert(known);
  static_cast<void>(known);
  return value;
}

void MvpPort::Write(uint32_t offset, uint32_t value) {
  const bool known = model_.Write(offset, value);
  assert(known);
  static_cast<void>(known);
}

void MvpPort::WriteBlock(uint32_t offset, const uint32_t* words, size_t count) {
  for (size_t i = 0; i < count; ++i) Write(offset + 4 * static_cast<uint32_t>(i), words[i]);
}

port::WaitResult MvpPort::WaitUntilIdle(uint32_t timeout_cycles) {
  model_.Advance(timeout_cycles);
  return {!model_.running(), 0};
}

uint32_t MvpPort::BusAddress(const void* pointer) const {
  const uint8_t* byte = static_cast<const uint8_t*>(pointer);
  const std::less<const uint8_t*> before;
  for (const Mapping& mapping : mappings_) {
    if (!before(byte, mapping.memory) && before(byte, mapping.memory + mapping.bytes)) {
      return mapping.address + static_cast<uint32_t>(byte - mapping.memory);
    }
  }
  return 0;
}

}  // namespace host_build
