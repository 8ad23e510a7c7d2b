// Places in the program where the run stops or something is called: of the user, of the debug units, and SEV,
// which the engine executes without telling.
#include <algorithm>

#include "host/sim/core/board_impl.h"

namespace sim {
namespace {

constexpr uint16_t kSev = 0xBF40;

}  // namespace

Board::Impl::Watch& Board::Impl::WatchAt(uint32_t address) {
  const auto found = watches_.find(address);
  if (found != watches_.end()) return found->second;
  engine.WatchCode(address);
  return watches_[address];
}

// Forgets the place if nobody wants it any more.
void Board::Impl::DropWatch(uint32_t address) {
  const auto found = watches_.find(address);
  if (found == watches_.end()) return;
  const Watch& watch = found->second;
  if (watch.stop || watch.debug || watch.send_event || watch.call) return;
  engine.UnwatchCode(address);
  watches_.erase(found);
}

void Board::Impl::AddStop(uint32_t address) { WatchAt(address & ~1U).stop = true; }

void Board::Impl::RemoveStop(uint32_t address) {
  const auto found = watches_.find(address & ~1U);
  if (found == watches_.end()) return;
  found->second.stop = false;
  DropWatch(address & ~1U);
}

void Board::Impl::AddCall(uint32_t address, std::function<void()> call) {
  WatchAt(address & ~1U).call = std::move(call);
}

void Board::Impl::RemoveCall(uint32_t address) {
  const auto found = watches_.find(address & ~1U);
  if (found == watches_.end()) return;
  found->second.call = nullptr;
  DropWatch(address & ~1U);
}

void Board::Impl::RequestStop() {
  stop_requested_ = true;
  engine.set_limit(0);
}

bool Board::Impl::OnWatched(uint32_t address) {
  const auto found = watches_.find(address);
  if (found == watches_.end()) return true;
  if (resumes_from_ == address) {
    resumes_from_ = kNowhere;
    return true;
  }
  resumes_from_ = kNowhere;
  if (found->second.send_event && Halfword(address) == kSev) words.event = true;
  if (found->second.call) {
    const std::function<void()> call = found->second.call;  // it may remove itself
    call();
    UpdateLimit();
  }
  const auto still = watches_.find(address);
  const bool debug_stop = still != watches_.end() && still->second.debug && debug.halting_debug();
  if (debug_stop) {
    dwt.SetMatched(address);
    debug.Halt(1);
  }
  const bool stops = debug_stop || stop_requested_ || (still != watches_.end() && still->second.stop);
  if (!stops) return true;
  watch_hit_ = !stop_requested_ || debug_stop;
  rest_of_block_ = true;
  resumes_from_ = address;
  return false;
}

// The comparators of FPB and DWT say where they want to halt.
void Board::Impl::RefreshDebugWatches() {
  watches_changed_ = false;
  std::vector<uint32_t> wanted = fpb.CodeAddresses();
  for (uint32_t address : dwt.CodeAddresses()) wanted.push_back(address);
  for (uint32_t address : debug_addresses_) {
    if (std::find(wanted.begin(), wanted.end(), address) != wanted.end()) continue;
    const auto found = watches_.find(address);
    if (found == watches_.end()) continue;
    found->second.debug = false;
    DropWatch(address);
  }
  for (uint32_t address : wanted) WatchAt(address).debug = true;
  debug_addresses_ = wanted;
  engine.WatchAlignment((words.ccr & kCcrUnalignTrp) != 0 || !dwt.DataWatches().empty());
}

void Board::Impl::FindSendEvents(uint32_t from, uint32_t size) {
  const uint32_t begin = (from + 1) & ~1U;
  if (size < 2 || FindMemory(from, size) == nullptr) return;
  for (uint32_t at = begin; at + 2 <= from + size; at += 2) {
    if (Halfword(at) == kSev) WatchAt(at).send_event = true;
  }
}

}  // namespace sim
