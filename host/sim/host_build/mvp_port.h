// The host build's accelerator: the MVP model behind the firmware's seam, with host memory at the chip's
// addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "host/mvp/mvp.h"
#include "port/accelerator.h"

namespace host_build {

class MvpPort final : public port::Accelerator {
 public:
  static constexpr uint32_t kFlashBase = 0x08000000;
  static constexpr uint32_t kRamBase = 0x20000000;

  // True for the name of a cycle model (host/mvp/cycle_model.h).
  static bool IsCycleModel(std::string_view name);

  // `cycle_model` must be one of those names.
  explicit MvpPort(std::string_view cycle_model);

  // Gives the accelerator a view of `bytes` of host memory, behind what was mapped there before (each begins
  // at a multiple of 64 bytes). The memory must outlive the port.
  void MapFlash(const uint8_t* memory, size_t bytes);
  void MapRam(uint8_t* memory, size_t bytes);

  // For tests that look at registers or break something.
  mvp_model::Mvp& model() { return model_; }

  bool Present() const override { return true; }
  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value) override;
  void WriteBlock(uint32_t offset, const uint32_t* words, size_t count) override;
  void PowerUp() override { model_.Reset(); }

  // Runs the model; no core waits here, so wait_cycles is 0.
  port::WaitResult WaitUntilIdle(uint32_t timeout_cycles) override;
  uint32_t BusAddress(const void* pointer) const override;

 private:
  struct Mapping {
    const uint8_t* memory;
    size_t bytes;
    uint32_t address;
  };

  void Map(const uint8_t* memory, uint8_t* writable, size_t bytes, mvp_model::RegionKind kind,
           uint32_t* next);

  mvp_model::Mvp model_;
  std::vector<Mapping> mappings_;
  uint32_t next_flash_ = kFlashBase;
  uint32_t next_ram_ = kRamBase;
};

}  // namespace host_build
