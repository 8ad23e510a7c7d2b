// Putting the board together, power-on and reset.
#include "host/sim/core/board_impl.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace sim {
namespace {

uint64_t NextRandom(uint64_t& state) {  // xorshift64*, Vigna 2014
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545F4914F6CDD1D;
}

}  // namespace

Board::Impl::Impl(const BoardSettings& board_settings)
    : settings(board_settings),
      memories(settings.flash_bytes, settings.ram_bytes),
      peripherals({scheduler, lines, clocks, memories, faults}, settings, PeripheralEffects()),
      account(memories, clocks, settings.account),
      recorder(scheduler, account),
      engine(scheduler, account, *this),
      processor(engine, exceptions, words, *this),
      nvic(exceptions),
      systick(scheduler, exceptions, clocks),
      dwt([this] {
        return scheduler.now() - halted_cycles - (settings.cyccnt_runs_in_sleep ? 0 : sleep_cycles);
      }),
      debug(words, DebuggerEffects()),
      control(words, exceptions, ControlEffects()),
      private_bus(nvic, systick, control, dwt, fpb, debug),
      bus([this] { return peripherals.syscfg.clock_fault_enabled(); },
          [this] { return peripherals.syscfg.address_fault_enabled(); }) {
  ConnectParts();
  PowerOn();
}

BoardEffects Board::Impl::PeripheralEffects() {
  BoardEffects effects;
  effects.reset = [this](uint32_t cause) {
    reset_requested_ |= cause;
    engine.set_limit(0);
  };
  effects.stall = [this](Cycle until) {
    stalled_until_ = until;
    engine.set_limit(0);
  };
  effects.systick_external = [this](bool on) { systick.SetExternal(on); };
  effects.cache.counts = [this] { return CacheCounts{account.cache_hits(), account.cache_misses(), 0}; };
  effects.cache.flush = [this] { account.FlushCache(); };
  effects.cache.enable = [this](bool on) { account.EnableCache(on); };
  return effects;
}

SystemControlEffects Board::Impl::ControlEffects() {
  SystemControlEffects effects;
  effects.ipsr = [this] { return engine.ipsr(); };
  effects.request_reset = [this] {
    peripherals.emu.RequestReset(kResetSysreq);
    engine.set_limit(0);
  };
  effects.refuse = [this](const char* what) {
    char text[160];
    std::snprintf(text, sizeof text, "%s, near PC 0x%08x", what, engine.Register(15));
    Refuse(text);
  };
  effects.float_control = [this] { float_control_changed_ = true; };
  effects.trap_unaligned = [this](bool) { watches_changed_ = true; };
  return effects;
}

DebugEffects Board::Impl::DebuggerEffects() {
  DebugEffects effects;
  effects.read_register = [this](unsigned dcrsr) { return ReadRegister(dcrsr); };
  effects.write_register = [this](unsigned dcrsr, uint32_t value) { return WriteRegister(dcrsr, value); };
  effects.enable_monitor = [this](bool on) { exceptions.set_enabled(kDebugMonitor, on); };
  effects.pend_monitor = [this](bool on) {
    on ? exceptions.Pend(kDebugMonitor) : exceptions.Unpend(kDebugMonitor);
  };
  return effects;
}

void Board::Impl::ConnectParts() {
  engine.MapMemory(kFlashBase, memories.flash.data(), settings.flash_bytes, false);
  engine.MapMemory(kUserDataBase, memories.user_data.data(), kUserDataBytes, false);
  engine.MapMemory(kDevinfoBase, memories.devinfo.data(), kDevinfoBytes, false);
  engine.MapMemory(kRamBase, memories.ram.data(), settings.ram_bytes, true);
  memories.extra.reserve(settings.extra_ram.size());
  for (const ExtraRam& ram : settings.extra_ram) {
    memories.extra.push_back({ram.base, std::vector<uint8_t>(ram.bytes)});
    engine.MapMemory(ram.base, memories.extra.back().bytes.data(), ram.bytes, true);
  }
  engine.MapWindow(kPeripheralBase, kPeripheralBytes);
  engine.MapWindow(kPrivateBase, kPrivateBytes);
  account.set_registers(&engine);
  peripherals.mvp.OnProgram([this](const MvpBlock::ProgramEvent& event) {
    if (event.begins) {
      recorder.AcceleratorStarted(event.cycle);
    } else {
      recorder.AcceleratorFinished(event.cycle, event.faulted);
    }
  });
  for (unsigned port = 0; port < 2; ++port) {
    peripherals.eusart(port).OnReceived([this, port](uint8_t byte) { recorder.Received(port, byte); });
  }
  peripherals.AddTo(bus);
  peripherals.tree.Add(&systick);
  memories.on_change = [this](uint32_t address, uint32_t size) { MemoryChanged(address, size); };
  injection_slot_ = scheduler.Add("injected faults", [this] { OnInjection(); });
}

void Board::Impl::FillRam() {
  uint64_t state = settings.ram_seed * 0x9E3779B97F4A7C15 + 1;
  for (size_t i = 0; i + 8 <= memories.ram.size(); i += 8) {
    const uint64_t value = NextRandom(state);
    std::memcpy(memories.ram.data() + i, &value, 8);
  }
  MemoryChanged(kRamBase, settings.ram_bytes);
}

void Board::Impl::PowerOn() {
  ++power_cycles;
  scheduler.CancelAll();
  FillRam();
  dwt.Reset();
  fpb.Reset();
  power_cut_ = false;
  ScheduleInjection();
  Reset(kResetPor);
}

void Board::Impl::Reset(uint32_t cause_bit) {
  lines = InterruptLines{};
  peripherals.Reset();
  peripherals.emu.AddCause(cause_bit);
  exceptions.Reset();
  systick.Reset();
  control.Reset();
  account.Redirect();
  recorder.Restarted();
  watches_changed_ = true;
  processor.Reset(settings.vtor);
  debug.OnReset();
  reset_requested_ = 0;
  stalled_until_ = 0;
  released_at_ = scheduler.now() + uint64_t{faults.se_start_us} * clocks.hclk / 1'000'000;
  locked_since_reset = faults.debug_lock != 0;
  resumes_ = care_found_ = false;
  resumes_from_ = care_passed_ = kNowhere;
  next_catch_up_ = kNever;
  attention_ = true;
  lines_seen_ = exceptions_seen_ = 0;
}

void Board::Impl::HoldReset(bool held) {
  pin_holds_ = held;
  Reset(kResetPin);
}

bool Board::Impl::EraseDevice() {
  if (faults.debug_lock == 2) return false;
  std::fill(memories.flash.begin(), memories.flash.end(), uint8_t{0xFF});
  std::fill(memories.ram.begin(), memories.ram.end(), uint8_t{0});
  MemoryChanged(kFlashBase, settings.flash_bytes);
  MemoryChanged(kRamBase, settings.ram_bytes);
  faults.debug_lock = 0;
  return true;
}

}  // namespace sim
