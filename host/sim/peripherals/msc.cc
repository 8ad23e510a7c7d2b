// Registers and operations of the flash controller.
#include "host/sim/peripherals/msc.h"

#include <algorithm>
#include <utility>

namespace sim {
namespace {

constexpr uint32_t IPVERSION = 0x000, READCTRL = 0x004, RDATACTRL = 0x008, WRITECTRL = 0x00C,
                   WRITECMD = 0x010;
constexpr uint32_t ADDRB = 0x014, WDATA = 0x018, STATUS = 0x01C, IF = 0x020, IEN = 0x024,
                   USERDATASIZE = 0x034;
constexpr uint32_t CMD = 0x038, LOCK = 0x03C, MISCLOCKWORD = 0x040, PWRCTRL = 0x050, PAGELOCK0 = 0x120;
constexpr uint32_t kPageLocks = 6;

constexpr uint32_t WRITECTRL_WREN = 1u << 0;
constexpr uint32_t WRITECMD_ERASEPAGE = 1u << 1, WRITECMD_WRITEEND = 1u << 2, WRITECMD_ERASERANGE = 1u << 4;
constexpr uint32_t WRITECMD_ERASEABORT = 1u << 5, WRITECMD_ERASEMAIN0 = 1u << 8,
                   WRITECMD_CLEARWDATA = 1u << 12;
constexpr uint32_t kEraseCommands = WRITECMD_ERASEPAGE | WRITECMD_ERASERANGE | WRITECMD_ERASEMAIN0;
constexpr uint32_t STATUS_BUSY = 1u << 0, STATUS_LOCKED = 1u << 1, STATUS_INVADDR = 1u << 2;
constexpr uint32_t STATUS_WDATAREADY = 1u << 3, STATUS_ERASEABORTED = 1u << 4, STATUS_PENDING = 1u << 5;
constexpr uint32_t STATUS_TIMEOUT = 1u << 6, STATUS_RANGEPARTIAL = 1u << 7, STATUS_REGLOCK = 1u << 16;
constexpr uint32_t STATUS_PWRON = 1u << 24, STATUS_WREADY = 1u << 27;
constexpr uint32_t IF_ERASE = 1u << 0, IF_WRITE = 1u << 1, IF_WDATAOV = 1u << 2, IF_PWRUPF = 1u << 8;
constexpr uint32_t IF_PWROFF = 1u << 9, kInterruptBits = 0x307;
constexpr uint32_t CMD_PWRUP = 1u << 0, CMD_PWROFF = 1u << 4;
constexpr uint32_t MELOCKBIT = 1u << 0, UDLOCKBIT = 1u << 4;
constexpr uint32_t kUnlockKey = 0x1B71;

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

Msc::Msc(const Surroundings& surroundings, Stall stall, const FlashTimings& timings)
    : Peripheral("MSC", 0x40030000, {1, 16}, Registers(), surroundings),
      timings_(timings),
      array_(surroundings.memories, surroundings.faults),
      stall_(std::move(stall)),
      operation_end_(surroundings.scheduler.Add("MSC operation", [this] { End(); })) {}

void Msc::Reset() {
  Interrupt();
  Peripheral::Reset();
  results_ = 0;
  locked_ = address_invalid_ = false;
  powered_ = true;
  WriteReadControl(word(READCTRL));
  UpdateInterrupts();
}

template <class Archive>
void Msc::Serialize(Archive& archive) {
  archive(operation_);
  for (Cycle* cycle : {&begun_, &array_until_}) archive(*cycle);
  for (uint32_t* value :
       {&address_, &data_, &waiting_data_, &pages_left_, &pending_command_, &results_, &refusal_}) {
    archive(*value);
  }
  for (bool* flag : {&data_waits_, &burst_ends_, &locked_, &powered_, &address_invalid_}) archive(*flag);
}

void Msc::Save(Saver& saver) {
  Peripheral::Save(saver);
  Serialize(saver);
}

void Msc::Load(Loader& loader) {
  Peripheral::Load(loader);
  Serialize(loader);
}

bool Msc::writable() const { return !locked_ && (word(WRITECTRL) & WRITECTRL_WREN) != 0; }

Cycle Msc::Nanoseconds(uint64_t ns) const {
  return (ns * (surroundings_.clocks.hclk / 1000) + 999'999) / 1'000'000;
}

uint32_t Msc::Status() const {
  uint32_t status = results_ | STATUS_WREADY;
  status |= operation_ != Operation::kNone ? STATUS_BUSY : 0;
  status |= address_invalid_ ? STATUS_INVADDR : 0;
  status |= data_waits_ ? 0 : STATUS_WDATAREADY;
  status |= pending_command_ != 0 ? STATUS_PENDING : 0;
  status |= locked_ ? STATUS_REGLOCK : 0;
  status |= powered_ ? STATUS_PWRON : 0;
  return status;
}

uint32_t Msc::OnRead(uint32_t offset) { return offset == STATUS ? Status() : word(offset); }

void Msc::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == LOCK) {
    locked_ = (value & 0xFFFF) != kUnlockKey;
    return;
  }
  if (offset == IF || offset == IEN) {
    Store(offset, value);
    UpdateInterrupts();
    return;
  }
  if (locked_) return;
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
      Finish((value & CMD_PWROFF) != 0 ? IF_PWROFF : (value & CMD_PWRUP) != 0 ? IF_PWRUPF : 0);
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

void Msc::Command(uint32_t command) {
  if ((command & WRITECMD_CLEARWDATA) != 0) data_waits_ = false;
  if ((command & WRITECMD_ERASEABORT) != 0) AbortErase();
  if ((command & WRITECMD_WRITEEND) != 0) {
    if (operation_ == Operation::kBurstWaits) {
      EndBurst();
    } else if (operation_ == Operation::kWord) {
      burst_ends_ = true;
    }
  }
  const uint32_t erase = command & kEraseCommands;
  if (erase == 0) return;
  if (operation_ == Operation::kBurstWaits) EndBurst();
  if (operation_ != Operation::kNone) {
    pending_command_ = erase;
    return;
  }
  BeginErase((erase & WRITECMD_ERASEMAIN0) != 0   ? Operation::kEraseMain
             : (erase & WRITECMD_ERASERANGE) != 0 ? Operation::kEraseRange
                                                  : Operation::kErasePage);
}

void Msc::BeginErase(Operation operation) {
  results_ = 0;
  address_ = word(ADDRB);
  const bool main = operation == Operation::kEraseMain;
  pages_left_ = word(WRITECTRL) >> 16 & 0x3FF;
  if (!main && !array_.Contains(address_)) return;  // INVADDR; BUSY never rises
  if (operation == Operation::kEraseRange && pages_left_ == 0) return;
  if (main ? (word(MISCLOCKWORD) & MELOCKBIT) != 0 || AnyPageLocked() : PageLocked(address_)) {
    Refuse(STATUS_LOCKED | (operation == Operation::kEraseRange ? STATUS_RANGEPARTIAL : 0));
    return;
  }
  address_ = array_.PageStart(address_);
  Begin(operation, Nanoseconds(uint64_t{1000} * (main ? timings_.main_erase_us : timings_.page_erase_us)),
        true);
}

void Msc::Begin(Operation operation, Cycle cycles, bool occupies_array) {
  operation_ = operation;
  powered_ = true;
  begun_ = surroundings_.scheduler.now();
  surroundings_.scheduler.After(operation_end_, cycles);
  if (!occupies_array) return;
  array_until_ = begun_ + cycles;
  if (stall_) stall_(array_until_);
}

void Msc::Refuse(uint32_t result) {
  refusal_ = result;
  Begin(Operation::kRefuse, timings_.locked_cycles, false);
}

void Msc::WriteData(uint32_t value) {
  if (data_waits_) {
    Finish(IF_WDATAOV);
    return;
  }
  waiting_data_ = value;
  if (operation_ == Operation::kNone || operation_ == Operation::kBurstWaits) {
    BeginWord(operation_ == Operation::kNone);
  } else {
    data_waits_ = true;
  }
}

// Programs the word in waiting_data_; one for an address outside of the flash is lost.
void Msc::BeginWord(bool first) {
  data_waits_ = false;
  if (!array_.Contains(word(ADDRB))) {
    if (!first) EndBurst();
    return;
  }
  address_ = word(ADDRB);
  if (first) {
    results_ = 0;
    burst_ends_ = false;
  }
  if (PageLocked(address_)) {
    Refuse(STATUS_LOCKED);
    return;
  }
  data_ = waiting_data_;
  const uint32_t page = array_.PageStart(address_);
  set_word(ADDRB, page | ((address_ + 4) & (array_.PageBytes(address_) - 1)));
  Begin(Operation::kWord, Nanoseconds(first ? timings_.first_word_ns : timings_.next_word_ns), true);
}

void Msc::End() {
  switch (operation_) {
    case Operation::kWord:
      EndWord();
      break;
    case Operation::kBurstWaits:
      results_ |= STATUS_TIMEOUT;
      EndBurst();
      break;
    case Operation::kErasePage:
      array_.ErasePage(address_);
      EndErase();
      break;
    case Operation::kEraseRange:
      EndRangePage();
      break;
    case Operation::kEraseMain:
      array_.EraseMain();
      EndErase();
      break;
    case Operation::kRefuse:
      results_ |= refusal_;
      operation_ = Operation::kNone;
      data_waits_ = false;
      break;
    case Operation::kNone:
      break;
  }
  if (operation_ == Operation::kNone && pending_command_ != 0) Command(std::exchange(pending_command_, 0));
  if (operation_ == Operation::kNone && data_waits_) BeginWord(true);
}

void Msc::EndWord() {
  array_.Program(address_, data_);
  if (data_waits_) {
    BeginWord(false);
  } else if (burst_ends_) {
    EndBurst();
  } else {
    Begin(Operation::kBurstWaits, Nanoseconds(uint64_t{1000} * timings_.burst_timeout_us), false);
  }
}

void Msc::EndRangePage() {
  array_.ErasePage(address_);
  const uint32_t next = address_ + array_.PageBytes(address_);
  if (--pages_left_ == 0) {
    EndErase();
  } else if (!array_.Contains(next) || PageLocked(next)) {
    results_ |= STATUS_RANGEPARTIAL;
    EndErase();
  } else {
    address_ = next;
    Begin(Operation::kEraseRange, Nanoseconds(uint64_t{1000} * timings_.page_erase_us), true);
  }
}

void Msc::EndBurst() {
  surroundings_.scheduler.Cancel(operation_end_);
  operation_ = Operation::kNone;
  Finish(IF_WRITE);
}

void Msc::EndErase() {
  operation_ = Operation::kNone;
  Finish(IF_ERASE);
}

void Msc::AbortErase() {
  if (operation_ != Operation::kErasePage && operation_ != Operation::kEraseRange &&
      operation_ != Operation::kEraseMain) {
    return;
  }
  Interrupt();
  if (stall_) stall_(array_until_);
  results_ |= STATUS_ERASEABORTED;
}

// Stops what is under way where it is.
void Msc::Interrupt() {
  const Cycle now = surroundings_.scheduler.now();
  const Cycle whole = std::max<Cycle>(array_until_ - begun_, 1);
  const uint32_t done = static_cast<uint32_t>(std::min<Cycle>((now - begun_) * 256 / whole, 255));
  const uint64_t seed = timings_.seed * 0x9E3779B97F4A7C15u ^ begun_;
  if (operation_ == Operation::kWord) {
    array_.ProgramPartly(address_, data_, done, seed);
  } else if (operation_ == Operation::kErasePage || operation_ == Operation::kEraseRange) {
    array_.ErasePagePartly(address_, done, seed);
  } else if (operation_ == Operation::kEraseMain) {
    const uint32_t size = static_cast<uint32_t>(surroundings_.memories.flash.size());
    for (uint32_t page = 0; page < size; page += kFlashPageBytes) {
      array_.ErasePagePartly(kFlashBase + page, done, seed);
    }
  }
  surroundings_.scheduler.Cancel(operation_end_);
  operation_ = Operation::kNone;
  data_waits_ = burst_ends_ = false;
  pending_command_ = 0;
  array_until_ = std::min(array_until_, now);
}

void Msc::PowerCut() { Interrupt(); }

void Msc::Finish(uint32_t flag) {
  set_word(IF, word(IF) | flag);
  UpdateInterrupts();
}

void Msc::UpdateInterrupts() { surroundings_.interrupts.Set(kIrqMsc, (word(IF) & word(IEN)) != 0); }

}  // namespace sim
