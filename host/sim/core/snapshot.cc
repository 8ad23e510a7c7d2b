// The whole state of a board as bytes, and back. A snapshot begins with what its board was made with and a
// CRC: a board with other settings does not take it, nor any board a damaged one.
#include <algorithm>
#include <cstring>

#include "host/sim/core/board_impl.h"
#include "host/sim/core/crc32.h"

namespace sim {
namespace {

constexpr uint32_t kMagic = 0x34324758;  // "XG24"
constexpr uint32_t kVersion = 3;
constexpr unsigned kCoreRegisters = 15;
constexpr unsigned kFloats = 32;

// Then come the settings, then the state; `crc` is that of both.
struct Header {
  uint32_t magic = kMagic;
  uint32_t version = kVersion;
  uint32_t settings_bytes = 0;
  uint32_t crc = 0;
  uint64_t bytes = 0;  // of settings and state
};

// All that a board is made with.
std::vector<uint8_t> BytesOf(const BoardSettings& settings) {
  std::vector<uint8_t> bytes;
  Saver saver(bytes);
  const auto save = [&](auto value) { saver(value); };
  for (uint32_t value :
       {settings.flash_bytes, settings.ram_bytes, settings.part, settings.hfxo_hz, settings.vtor}) {
    save(value);
  }
  save(settings.unique_id);
  save(settings.ram_seed);
  save(settings.account);
  save(settings.strict);
  save(settings.cyccnt_runs_in_sleep);
  save(std::vector<char>(settings.cycle_model.begin(), settings.cycle_model.end()));
  save(settings.extra_ram);
  return bytes;
}

}  // namespace

template <class Archive>
void Board::Impl::SerializeRegisters(Archive& archive) {
  const auto special = [&](Engine::Special which) {
    uint32_t value = Archive::kLoads ? 0 : engine.special(which);
    archive(value);
    return value;
  };
  if constexpr (Archive::kLoads) engine.set_ipsr(kHardFault);  // privileged, on the main stack
  uint32_t xpsr = Archive::kLoads ? 0 : engine.xpsr();
  uint32_t ipsr = Archive::kLoads ? 0 : engine.ipsr();
  uint32_t control = Archive::kLoads ? 0 : engine.control();
  archive(xpsr);
  archive(ipsr);
  archive(control);
  const uint32_t msp = special(Engine::Special::kMsp);
  const uint32_t psp = special(Engine::Special::kPsp);
  const uint32_t primask = special(Engine::Special::kPrimask);
  const uint32_t basepri = special(Engine::Special::kBasepri);
  const uint32_t faultmask = special(Engine::Special::kFaultmask);
  Engine::Hidden hidden{};
  if constexpr (!Archive::kLoads) hidden = engine.hidden();
  archive(hidden.msplim);
  archive(hidden.psplim);
  std::array<uint32_t, 16> core{};
  std::array<uint32_t, kFloats> floats{};
  uint32_t fpscr = Archive::kLoads ? 0 : engine.fpscr();
  if constexpr (!Archive::kLoads) {
    for (unsigned i = 0; i < core.size(); ++i) core[i] = engine.Register(i);
    for (unsigned i = 0; i < kFloats; ++i) floats[i] = engine.s(i);
  }
  archive(core);
  archive(floats);
  archive(fpscr);
  if constexpr (Archive::kLoads) {
    engine.set_stack_limits(hidden.msplim, hidden.psplim);
    engine.ClearExclusive();
    engine.set_float_control(words.fpdscr, (words.fpccr & kFpccrAspen) != 0);
    engine.set_special(Engine::Special::kMsp, msp);
    engine.set_special(Engine::Special::kPsp, psp);
    engine.set_special(Engine::Special::kPrimask, primask);
    engine.set_special(Engine::Special::kBasepri, basepri);
    engine.set_special(Engine::Special::kFaultmask, faultmask);
    engine.set_fpscr(fpscr);
    for (unsigned i = 0; i < kFloats; ++i) engine.set_s(i, floats[i]);
    engine.set_control(control);
    for (unsigned i = 0; i < kCoreRegisters; ++i) {
      if (i != 13) engine.SetRegister(i, core[i]);
    }
    engine.SetRegister(15, core[15]);
    engine.set_xpsr(xpsr);
    engine.set_ipsr(ipsr);  // last: it may end privilege, and it chooses the stack
  }
}

template <class Archive>
void Board::Impl::Serialize(Archive& archive) {
  scheduler.Serialize(archive);
  lines.Serialize(archive);
  archive(faults.hfxo_dead);
  archive(faults.mvp_stuck);
  archive(faults.mvp_bus_error);
  archive(faults.uart_stuck);
  archive(faults.serial_corrupt_ppm);
  archive(faults.serial_drop_ppm);
  archive(faults.serial_duplicate_ppm);
  archive(faults.serial_seed);
  archive(faults.flash_stuck_address);
  archive(faults.flash_stuck_bits);
  archive(faults.se_start_us);
  archive(faults.se_start_faults);
  archive(faults.debug_lock);
  archive.Raw(memories.flash.data(), memories.flash.size());
  archive.Raw(memories.user_data.data(), memories.user_data.size());
  archive.Raw(memories.ram.data(), memories.ram.size());
  for (Memories::Extra& more : memories.extra) archive.Raw(more.bytes.data(), more.bytes.size());
  if constexpr (Archive::kLoads) {
    peripherals.Load(archive);
  } else {
    peripherals.Save(archive);
  }
  account.Serialize(archive);
  exceptions.Serialize(archive);
  processor.Serialize(archive);
  systick.Serialize(archive);
  dwt.Serialize(archive);
  fpb.Serialize(archive);
  debug.Serialize(archive);
  control.Serialize(archive);
  SerializeRegisters(archive);
  archive(sleep_cycles);
  archive(halted_cycles);
  archive(locked_since_reset);
  archive(pin_holds_);
  archive(released_at_);
  archive(next_catch_up_);
  archive(stalled_until_);
  archive(resumes_);
  archive(resume_pc_);
  archive(resumes_from_);
  archive(care_passed_);
  archive(reset_requested_);
  archive(injections_);
}

std::vector<uint8_t> Board::Impl::Snapshot() {
  Housekeep();
  std::vector<uint8_t> bytes;
  bytes.reserve(memories.flash.size() + memories.ram.size() + 0x10000);
  Header header;
  Saver saver(bytes);
  saver(header);
  std::vector<uint8_t> made_with = BytesOf(settings);
  saver.Raw(made_with.data(), made_with.size());
  Serialize(saver);
  header.settings_bytes = static_cast<uint32_t>(made_with.size());
  header.bytes = bytes.size() - sizeof header;
  header.crc = Crc32(bytes.data() + sizeof header, header.bytes);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

// Whether it is whole, and of a board with these settings: what Restore reads is then what Snapshot wrote.
bool Board::Impl::Accepts(const std::vector<uint8_t>& snapshot) const {
  Header header;
  if (snapshot.size() < sizeof header) return false;
  std::memcpy(&header, snapshot.data(), sizeof header);
  const uint8_t* rest = snapshot.data() + sizeof header;
  const std::vector<uint8_t> made_with = BytesOf(settings);
  return header.magic == kMagic && header.version == kVersion &&
         header.bytes == snapshot.size() - sizeof header && header.settings_bytes == made_with.size() &&
         header.bytes >= made_with.size() && std::equal(made_with.begin(), made_with.end(), rest) &&
         header.crc == Crc32(rest, header.bytes);
}

bool Board::Impl::Restore(const std::vector<uint8_t>& snapshot) {
  if (!Accepts(snapshot)) return false;
  recorder.Restarted();
  Loader loader(snapshot);
  loader.Skip(sizeof(Header) + BytesOf(settings).size());
  // Before the account's state is read: it flushes the cache, which the snapshot then fills.
  account.Invalidate(kFlashBase, kFlashBase + settings.flash_bytes);
  account.Invalidate(kRamBase, kRamBase + settings.ram_bytes);
  for (const ExtraRam& ram : settings.extra_ram) account.Invalidate(ram.base, ram.base + ram.bytes);
  Serialize(loader);
  engine.ForgetAllCode();
  FindSendEvents(kFlashBase, settings.flash_bytes);
  RefreshDebugWatches();
  attention_ = true;
  lines_seen_ = exceptions_seen_ = 0;
  stop_requested_ = power_cut_ = care_found_ = false;
  refusal_.clear();
  return loader.ok();
}

}  // namespace sim
