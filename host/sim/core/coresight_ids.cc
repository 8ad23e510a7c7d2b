// Values with which debuggers recognise a Cortex-M33; Arm's debug architecture says where they are. Part
// numbers of the units are those of the core itself.
#include "host/sim/core/coresight_ids.h"

namespace sim {
namespace {

constexpr uint32_t kUnitBytes = 0x1000;
constexpr uint32_t kDevarch = 0xFBC, kDevtype = 0xFCC, kPidr4 = 0xFD0, kPidr0 = 0xFE0, kCidr0 = 0xFF0;

struct Unit {
  uint32_t base;
  uint32_t devarch;
  uint32_t devtype;
  uint64_t pidr;  // a byte per word, PIDR0 lowest
  uint32_t cidr;
};
constexpr Unit kUnits[] = {
    {0xE0000000, 0x47701A01, 0x43, 0x4000BBD21, 0xB105900D},  // ITM
    {0xE0001000, 0x47701A02, 0, 0x4000BBD21, 0xB105900D},     // DWT
    {0xE0002000, 0x47701A03, 0, 0x4000BBD21, 0xB105900D},     // FPB
    {0xE000E000, 0x47702A04, 0, 0x4000BBD21, 0xB105900D},     // SCS
    {kRomTableBase, 0, 0, 0x4000BB4C9, 0xB105100D},           // ROM table, class 1
};
// Offsets of the units from the table, bits 1:0 present and 32 bits wide.
constexpr uint32_t kEntries[] = {0xFFF0F003, 0xFFF02003, 0xFFF03003, 0xFFF01003};

uint32_t ByteOf(uint64_t number, uint32_t index) {
  return static_cast<uint32_t>(number >> (8 * index)) & 0xFF;
}

}  // namespace

bool ReadCoresightId(uint32_t address, uint32_t& value) {
  const uint32_t offset = address % kUnitBytes;
  for (const Unit& unit : kUnits) {
    if (unit.base != address - offset) continue;
    const bool table = unit.base == kRomTableBase;
    value = 0;
    if (table && offset < sizeof kEntries) value = kEntries[offset / 4];
    if (offset == kDevarch) value = unit.devarch;
    if (offset == kDevtype) value = unit.devtype;
    if (offset >= kPidr4 && offset < kPidr0) value = ByteOf(unit.pidr, 4 + (offset - kPidr4) / 4);
    if (offset >= kPidr0 && offset < kCidr0) value = ByteOf(unit.pidr, (offset - kPidr0) / 4);
    if (offset >= kCidr0) value = ByteOf(unit.cidr, (offset - kCidr0) / 4);
    return table || offset >= kDevarch;
  }
  return false;
}

}  // namespace sim
