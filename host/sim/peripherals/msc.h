// MSC, the flash controller (hardware description 5).
#pragma once

#include <cstdint>
#include <functional>

#include "host/sim/peripherals/clock_tree.h"
#include "host/sim/peripherals/flash_array.h"
#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

// How long operations take. The description has them as data sheet class values that nobody verified on this
// chip; those marked assumed are not even that.
struct FlashTimings {
  uint32_t page_erase_us = 13'000;
  uint32_t main_erase_us = 40'000;  // "tens of milliseconds"
  uint32_t first_word_ns = 42'000;  // a word alone, or the first of a burst
  uint32_t next_word_ns = 10'500;   // each further word of a burst
  uint32_t burst_timeout_us = 200;  // assumed: a burst without a next word and without WRITEEND ends
  uint32_t locked_cycles = 20;      // "a few cycles" until LOCKED shows
  uint64_t seed = 1;                // of what an interrupted operation leaves behind
};

// Writing: ADDRB, then WDATA for each word; one word waits while another is programmed (WDATAREADY is 0 then,
// a third one is lost with WDATAOV). ADDRB goes on by itself and wraps to the start of its page: a burst does
// not reach into the next. WRITEEND ends the burst when its words are done. An erase command during an
// operation waits for its end (PENDING).
//
// Taken as documented nowhere: the lock covers all registers but LOCK, IF and IEN; commands without WREN are
// dropped; the results LOCKED, ERASEABORTED, TIMEOUT and RANGEPARTIAL stay until the next command or first
// word; ERASERANGE erases RANGECOUNT pages from ADDRB's on and stops at a locked page or the end of flash
// with RANGEPARTIAL; ERASEMAIN0 is refused while any page is locked; a word that waits for an erase is
// programmed after it, one behind a refused operation or for an address outside of the flash is lost; a reset
// interrupts as a power cut does.
// STATUS begins with PWRON set, as silicon is said to show (0x09000008). MISCLOCKWORD, unlike PAGELOCK, can
// be cleared. IRQERASEABORT and power saving are kept and do nothing.
//
// An operation takes its time whatever HCLK does meanwhile.
class Msc : public StatefulPeripheral<Msc>, private ClockUser {
 public:
  using Stall = std::function<void(Cycle until)>;

  // `stall` is told, as an operation begins, is aborted, or HCLK changes in the middle of it, until when the
  // array answers no fetch and no read. Between the words of a burst it answers.
  Msc(const Surroundings& surroundings, ClockTree& tree, Stall stall = {}, const FlashTimings& timings = {});

  // The power goes: an operation under way leaves its word or page half done. Reset must follow.
  void PowerCut();

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive);

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  enum class Operation : uint8_t { kNone, kWord, kBurstWaits, kErasePage, kEraseRange, kEraseMain, kRefuse };

  // ClockUser
  void BeforeClockChange() override { hclk_before_ = surroundings_.clocks.hclk; }
  void AfterClockChange() override;

  bool writable() const;  // unlocked and WREN
  uint32_t Status() const;
  Cycle Nanoseconds(uint64_t ns) const;  // in core cycles
  bool PageLocked(uint32_t address) const;
  bool AnyPageLocked() const;
  void WriteLocks(uint32_t offset, uint32_t value);
  void WriteReadControl(uint32_t value);

  void Command(uint32_t command);
  void BeginErase(Operation operation);
  void Begin(Operation operation, Cycle cycles, bool occupies_array);
  void Refuse(uint32_t result);
  void WriteData(uint32_t value);
  void BeginWord(bool first);
  void End();
  void EndWord();
  void EndRangePage();
  void EndBurst();
  void EndErase();
  void AbortErase();
  void Interrupt();

  FlashTimings timings_;
  FlashArray array_;
  Stall stall_;
  Scheduler::Slot operation_end_;
  Operation operation_ = Operation::kNone;
  Cycle begun_ = 0, array_until_ = 0;  // at HCLK as it is now
  uint32_t hclk_before_ = 0;           // while it changes
  uint32_t address_ = 0;               // of the word or page under way
  uint32_t data_ = 0;                  // the word under way
  uint32_t waiting_data_ = 0;          // the word that waits
  bool data_waits_ = false;
  bool burst_ends_ = false;  // WRITEEND was given
  uint32_t pages_left_ = 0;
  uint32_t pending_command_ = 0;
  uint32_t results_ = 0;  // LOCKED, ERASEABORTED, TIMEOUT, RANGEPARTIAL as in STATUS
  uint32_t refusal_ = 0;  // what a refused operation will show
  bool powered_ = true, address_invalid_ = false;
  KeyLock lock_;
};

}  // namespace sim
