// Secure and non-secure view lead to the same block: security attributes are not enforced.
#include "host/sim/core/bus.h"

#include <utility>

namespace sim {
namespace {

struct Block {
  uint32_t base;
  const char* name;
};

// Blocks of the chip (hardware description 1.2) that are not modelled. A program that touches one is told so.
constexpr Block kUnmodelled[] = {
    {0x40000000, "SCRATCHPAD"},  {0x40024000, "LFRCO"},     {0x40028000, "ULFRCO"},
    {0x40038000, "PRS"},         {0x4004C000, "TIMER1"},    {0x40050000, "TIMER2"},
    {0x40054000, "TIMER3"},      {0x40058000, "TIMER4"},    {0x4005C000, "USART0"},
    {0x40064000, "BURTC"},       {0x40068000, "I2C1"},      {0x40078000, "SYSCFG_CFGNS"},
    {0x40080000, "BURAM"},       {0x40088000, "GPCRC"},     {0x40094000, "DCDC"},
    {0x40098000, "HOSTMAILBOX"}, {0x400A8000, "SYSRTC0"},   {0x400B0000, "KEYSCAN"},
    {0x400B4000, "DMEM"},        {0x44000000, "RADIOAES"},  {0x4400C000, "SMU_CFGNS"},
    {0x49000000, "LETIMER0"},    {0x49004000, "IADC0"},     {0x49008000, "ACMP0"},
    {0x4900C000, "ACMP1"},       {0x49024000, "VDAC0"},     {0x49028000, "VDAC1"},
    {0x49030000, "PCNT0"},       {0x4A000000, "HFRCOEM23"}, {0x4B000000, "I2C0"},
    {0x4B008000, "WDOG1"},       {0x40020000, "LFXO"},      {0x4C000000, "SEMAILBOX_HOST"},
    {0x40034000, "ICACHE0"},     {0x40030000, "MSC"},       {0x4B004000, "WDOG0"},
    {0x4D000000, "MVP"},
};

// Blocks that move data by themselves: going on without them would only hide the reason.
constexpr Block kFaulting[] = {{0x40040000, "LDMA"}, {0x40044000, "LDMAXBAR"}};

template <size_t kCount>
const char* NameIn(const Block (&blocks)[kCount], uint32_t window) {
  for (const Block& block : blocks) {
    if (block.base == window) return block.name;
  }
  return nullptr;
}

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
  const uint32_t window = SecureWindow(address);
  if (const char* name = NameIn(kUnmodelled, window)) return name;
  const char* name = NameIn(kFaulting, window);
  return name == nullptr ? "" : name;
}

BusResult Bus::Nobody(uint32_t address) const {
  if (NameIn(kUnmodelled, SecureWindow(address)) != nullptr) return {0, BusAnswer::kUnmodelled};
  if (NameIn(kFaulting, SecureWindow(address)) != nullptr) return {0, BusAnswer::kFault};
  return {0, address_faults_() ? BusAnswer::kFault : BusAnswer::kDone};
}

BusResult Bus::Refused(uint32_t, Refusal refusal) const {
  switch (refusal) {
    case Refusal::kNone:
      return {};
    case Refusal::kNoClock:
      return {0, clock_faults_() ? BusAnswer::kFault : BusAnswer::kDone};
    case Refusal::kNoRegister:
      return {0, BusAnswer::kUnmodelled};
    default:
      return {0, BusAnswer::kFault};
  }
}

BusResult Bus::Read(uint32_t address, unsigned size) {
  Peripheral* block = windows_[Slot(address)];
  if (block == nullptr) return Nobody(address);
  const AccessResult result = block->Read(address % kWindowBytes, size);
  if (result.refusal != Refusal::kNone) return Refused(address, result.refusal);
  return {result.value, BusAnswer::kDone};
}

BusResult Bus::Write(uint32_t address, unsigned size, uint32_t value) {
  Peripheral* block = windows_[Slot(address)];
  if (block == nullptr) return Nobody(address);
  return Refused(address, block->Write(address % kWindowBytes, size, value).refusal);
}

}  // namespace sim
