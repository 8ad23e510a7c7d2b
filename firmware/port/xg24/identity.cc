// The chip's number, the start's number, and the image's sizes by the linker's symbols.
#include "port/identity.h"

#include "chip/efr32xg24/memory_map.h"
#include "chip/efr32xg24/receive_ring.h"
#include "chip/efr32xg24/registers/devinfo.h"
#include "chip/efr32xg24/startup.h"
#include "port/xg24/serial_rate.h"

namespace {

uintptr_t Address(const void* symbol) { return reinterpret_cast<uintptr_t>(symbol); }

}  // namespace

namespace port {

ImageSize MeasureImage() {
  using namespace chip::linker;  // NOLINT(google-build-using-namespace): symbols only
  const uintptr_t variables = Address(__noinit_end) - Address(__ram_start);
  const uintptr_t stack = Address(__stack_top) - Address(__stack_limit);
  const uintptr_t data = Address(__data_end) - Address(__data_start);
  return {variables + stack, Address(__data_load) + data - chip::kFlashBase};
}

uint64_t UniqueId() {
  return static_cast<uint64_t>(chip::DEVINFO::EUI64H::Read()) << 32 | chip::DEVINFO::EUI64L::Read();
}

uint32_t TakeBootId() {
  // Survives a reset; after power-on it is whatever it is.
  __attribute__((section(".noinit.boot_id"))) static uint32_t boot_id;
  return ++boot_id;
}

size_t ReceiveRingBytes() { return chip::ReceiveRing::kCapacity; }

SerialRate& MessageSerialRate() {
  static xg24::LineRate rate;
  return rate;
}

}  // namespace port
