// Programming and erasing, from the command to the end or the interruption.
#include <algorithm>
#include <utility>

#include "host/sim/peripherals/msc.h"
#include "host/sim/peripherals/msc_registers.h"
#include "host/sim/peripherals/split_mix.h"

namespace sim {

using namespace msc;  // NOLINT(google-build-using-namespace): register names only

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

// The tree has moved the end; what is done so far keeps its share of the whole.
void Msc::AfterClockChange() {
  const uint32_t hclk = surroundings_.clocks.hclk;
  const Cycle end = surroundings_.scheduler.due(operation_end_);
  if (hclk == hclk_before_ || operation_ == Operation::kNone || end == kNever) return;
  const Cycle now = surroundings_.scheduler.now();
  begun_ = now - (now - begun_) * hclk / hclk_before_;
  if (array_until_ <= now) return;
  array_until_ = end;
  if (stall_) stall_(array_until_);
}

void Msc::Refuse(uint32_t result) {
  refusal_ = result;
  Begin(Operation::kRefuse, timings_.locked_cycles, false);
}

void Msc::WriteData(uint32_t value) {
  if (data_waits_) {
    Raise(IF_WDATAOV);
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
  Raise(IF_WRITE);
}

void Msc::EndErase() {
  operation_ = Operation::kNone;
  Raise(IF_ERASE);
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
  const uint64_t seed = timings_.seed * kSplitMixStep ^ begun_;
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

}  // namespace sim
