// Registers of the flash controller.
#include "host/sim/peripherals/msc.h"

#include <utility>

#include "host/sim/peripherals/msc_registers.h"

namespace sim {

using namespace msc;  // NOLINT(google-build-using-namespace): register names only

namespace {

std::vector<Register> Registers() {
  using A = Access;
  std::vector<Register> registers = {{IPVERSION, "IPVERSION", A::kReadOnly, 3},
                                     {READCTRL, "READCTRL", A::kReadWrite, 0x00200000, 0x00300000},
                                     {RDATACTRL, "RDATACTRL", A::kReadWrite, 0x00001000, 0x00001002},
                                     {WRITECTRL, "WRITECTRL", A::kReadWrite, 0, 0x03FF000B},
                                     {WRITECMD, "WRITECMD", A::kWriteOnly, 0},
                                     {ADDRB, "ADDRB", A::kReadWrite, 0},
                                     {WDATA, "WDATA", A::kWriteOnly, 0},
                                     {STATUS, "STATUS", A::kReadOnly, 0},
                                     {IF, "IF", A::kReadWrite, 0, kInterruptBits},
                                     {IEN, "IEN", A::kReadWrite, 0, kInterruptBits},
                                     {USERDATASIZE, "USERDATASIZE", A::kReadOnly, 4},
                                     {CMD, "CMD", A::kWriteOnly, 0},
                                     {LOCK, "LOCK", A::kWriteOnly, 0},
                                     {MISCLOCKWORD, "MISCLOCKWORD", A::kReadWrite, 0x11, 0x11},
                                     {PWRCTRL, "PWRCTRL", A::kReadWrite, 0x00100002, 0x00FF0013}};
  constexpr const char* kNames[kPageLocks] = {"PAGELOCK0", "PAGELOCK1", "PAGELOCK2",
                                              "PAGELOCK3", "PAGELOCK4", "PAGELOCK5"};
  for (uint32_t n = 0; n < kPageLocks; ++n)
    registers.push_back({PAGELOCK0 + 4 * n, kNames[n], A::kReadWrite, 0});
  return registers;
}

}  // namespace

Msc::Msc(const Surroundings& surroundings, ClockTree& tree, Stall stall, const FlashTimings& timings)
    : StatefulPeripheral("MSC", 0x40030000, {1, 16}, Registers(), surroundings, {IF, IEN, {{kIrqMsc}}}),
      timings_(timings),
      array_(surroundings.memories, surroundings.faults),
      stall_(std::move(stall)),
      operation_end_(tree.AddTimed("MSC operation", [this] { End(); })),
      lock_(kUnlockKey) {
  tree.Add(this);
}

void Msc::Reset() {
  Interrupt();
  Peripheral::Reset();
  results_ = 0;
  lock_.Reset();
  address_invalid_ = false;
  powered_ = true;
  WriteReadControl(word(READCTRL));
}

template <class Archive>
void Msc::Serialize(Archive& archive) {
  archive(operation_);
  for (Cycle* cycle : {&begun_, &array_until_}) archive(*cycle);
  for (uint32_t* value :
       {&address_, &data_, &waiting_data_, &pages_left_, &pending_command_, &results_, &refusal_}) {
    archive(*value);
  }
  for (bool* flag : {&data_waits_, &burst_ends_, &powered_, &address_invalid_}) archive(*flag);
  lock_.Serialize(archive);
}
template void Msc::Serialize(Saver& archive);
template void Msc::Serialize(Loader& archive);

bool Msc::writable() const { return !lock_.locked() && (word(WRITECTRL) & WRITECTRL_WREN) != 0; }

Cycle Msc::Nanoseconds(uint64_t ns) const {
  return (ns * (surroundings_.clocks.hclk / 1000) + 999'999) / 1'000'000;
}

uint32_t Msc::Status() const {
  uint32_t status = results_ | STATUS_WREADY;
  status |= operation_ != Operation::kNone ? STATUS_BUSY : 0;
  status |= address_invalid_ ? STATUS_INVADDR : 0;
  status |= data_waits_ ? 0 : STATUS_WDATAREADY;
  status |= pending_command_ != 0 ? STATUS_PENDING : 0;
  status |= lock_.locked() ? STATUS_REGLOCK : 0;
  status |= powered_ ? STATUS_PWRON : 0;
  return status;
}

uint32_t Msc::OnRead(uint32_t offset) { return offset == STATUS ? Status() : word(offset); }

void Msc::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == LOCK) {
    lock_.Write(value);
    return;
  }
  if (lock_.locked()) return;
  switch (offset) {
    case READCTRL:
      WriteReadControl(value);
      break;
    case WRITECMD:
      if (writable()) Command(value);
      break;
    case ADDRB:
      if (!writable()) break;
      Store(ADDRB, value & ~3u);
      address_invalid_ = !array_.Contains(word(ADDRB));
      break;
    case WDATA:
      if (writable()) WriteData(value);
      break;
    case CMD:
      if ((value & CMD_PWROFF) != 0) powered_ = false;
      if ((value & CMD_PWRUP) != 0) powered_ = true;
      Raise((value & CMD_PWROFF) != 0 ? IF_PWROFF : (value & CMD_PWRUP) != 0 ? IF_PWRUPF : 0);
      break;
    default:
      WriteLocks(offset, value);
  }
}

void Msc::WriteReadControl(uint32_t value) {
  Store(READCTRL, value);
  const uint32_t states = word(READCTRL) >> 20 & 3;
  if (surroundings_.clocks.flash_wait_states == states) return;
  surroundings_.clocks.flash_wait_states = states;
  ++surroundings_.clocks.changes;
}

// Bits of PAGELOCK can only be set; everything else here is plain storage.
void Msc::WriteLocks(uint32_t offset, uint32_t value) {
  Store(offset, offset >= PAGELOCK0 ? value | word(offset) : value);
}

bool Msc::PageLocked(uint32_t address) const {
  if (array_.InUserData(address)) return (word(MISCLOCKWORD) & UDLOCKBIT) != 0;
  const uint32_t page = (address - kFlashBase) / kFlashPageBytes;
  return page / 32 < kPageLocks && (word(PAGELOCK0 + page / 32 * 4) >> page % 32 & 1) != 0;
}

bool Msc::AnyPageLocked() const {
  for (uint32_t n = 0; n < kPageLocks; ++n) {
    if (word(PAGELOCK0 + 4 * n) != 0) return true;
  }
  return false;
}

}  // namespace sim
