// Secure and non-secure view lead to the same block: security attributes are not enforced.
#include "host/sim/core/bus.h"

#include <utility>

namespace sim {
namespace {

// The window to the security engine: nothing answers there, which vendor code copes with. All other blocks
// that are not modelled are stubs (peripherals/stubs.h).
constexpr uint32_t kSemailboxHost = 0x4C000000;

uint32_t SecureWindow(uint32_t address) {
  return (address & ~kNonSecureOffset) / kWindowBytes * kWindowBytes;
}

}  // namespace

Bus::Bus(std::function<bool()> clock_faults, std::function<bool()> address_faults)
    : clock_faults_(std::move(clock_faults)),
      address_faults_(std::move(address_faults)),
      windows_(kNonSecureOffset / kWindowBytes, nullptr) {}

void Bus::Add(Peripheral* peripheral) { windows_[Slot(peripheral->base())] = peripheral; }

const char* Bus::BlockName(uint32_t address) const {
  if (address - kPeripheralBase >= kPeripheralBytes) return "";
  if (const Peripheral* block = windows_[Slot(address)]) return block->name();
  return SecureWindow(address) == kSemailboxHost ? "SEMAILBOX_HOST" : "";
}

BusResult Bus::Nobody(uint32_t address) const {
  if (SecureWindow(address) == kSemailboxHost) return {0, BusAnswer::kUnmodelled};
  return {0, address_faults_() ? BusAnswer::kFault : BusAnswer::kDone};
}

BusResult Bus::Refused(Refusal refusal) const {
  switch (refusal) {
    case Refusal::kNone:
      return {};
    case Refusal::kNoClock:
      return {0, clock_faults_() ? BusAnswer::kFault : BusAnswer::kDone};
    case Refusal::kNoRegister:
      return {0, BusAnswer::kUnmodelled};
    case Refusal::kNotModelled:
      return {0, BusAnswer::kNotedFault};
    default:
      return {0, BusAnswer::kFault};
  }
}

BusResult Bus::Read(uint32_t address, unsigned size) {
  Peripheral* block = windows_[Slot(address)];
  if (block == nullptr) return Nobody(address);
  const AccessResult result = block->Read(address % kWindowBytes, size);
  if (result.refusal != Refusal::kNone) return Refused(result.refusal);
  return {result.value, BusAnswer::kDone};
}

BusResult Bus::Write(uint32_t address, unsigned size, uint32_t value) {
  Peripheral* block = windows_[Slot(address)];
  if (block == nullptr) return Nobody(address);
  return Refused(block->Write(address % kWindowBytes, size, value).refusal);
}

}  // namespace sim
