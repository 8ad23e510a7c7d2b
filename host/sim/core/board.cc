// The public face; what it does is in Board::Impl.
#include "host/sim/core/board.h"

#include "host/sim/core/board_impl.h"

namespace sim {

Board::Board(const BoardSettings& settings) : impl_(std::make_unique<Impl>(settings)) {
  for (unsigned port : {0u, 1u}) OnSent(port, nullptr);  // the recorder listens always
}
Board::~Board() = default;

void Board::PowerOn() { impl_->PowerOn(); }
void Board::Reset(uint32_t cause_bit) { impl_->Reset(cause_bit); }
Stop Board::Run(Cycle until) { return impl_->Run(until); }
Stop Board::Step() { return impl_->Step(); }
Stop Board::RunThrough(Cycle until) { return impl_->RunThrough(until); }
void Board::RequestStop() { impl_->RequestStop(); }
void Board::HoldReset(bool held) { impl_->HoldReset(held); }
bool Board::starting() const { return impl_->Starting(); }
uint64_t Board::power_cycles() const { return impl_->power_cycles; }
bool Board::EraseDevice() { return impl_->EraseDevice(); }
bool Board::debug_locked() const { return impl_->faults.debug_lock != 0 || impl_->locked_since_reset; }

Cycle Board::now() const { return impl_->scheduler.now(); }
double Board::seconds() const { return impl_->peripherals.tree.Seconds(impl_->scheduler.now()); }
uint32_t Board::core_hz() const { return impl_->clocks.hclk; }
uint64_t Board::instructions() const { return impl_->account.instructions(); }
uint64_t Board::sleep_cycles() const { return impl_->sleep_cycles; }
uint64_t Board::halted_cycles() const { return impl_->halted_cycles; }

bool Board::ReadMemory(uint32_t address, uint8_t* bytes, uint32_t size) {
  return impl_->ReadMemory(address, bytes, size);
}
bool Board::WriteMemory(uint32_t address, const uint8_t* bytes, uint32_t size) {
  return impl_->WriteMemory(address, bytes, size);
}
bool Board::Load(uint32_t address, const uint8_t* bytes, uint32_t size) {
  return impl_->Load(address, bytes, size);
}
uint32_t Board::ReadRegister(unsigned dcrsr) const { return impl_->ReadRegister(dcrsr); }
bool Board::WriteRegister(unsigned dcrsr, uint32_t value) { return impl_->WriteRegister(dcrsr, value); }

void Board::AddStop(uint32_t address) { impl_->AddStop(address); }
void Board::RemoveStop(uint32_t address) { impl_->RemoveStop(address); }
void Board::AddCall(uint32_t address, std::function<void()> call) {
  impl_->AddCall(address, std::move(call));
}
void Board::RemoveCall(uint32_t address) { impl_->RemoveCall(address); }

std::vector<SentFrame> Board::TakeSent(unsigned port) {
  std::vector<SentFrame> frames = impl_->peripherals.eusart(port).TakeSent();
  for (SentFrame& frame : frames) frame.value &= 0xFF;
  return frames;
}
void Board::Send(unsigned port, const uint8_t* bytes, size_t count, uint32_t baud) {
  impl_->peripherals.eusart(port).Send(bytes, count, baud);
}
size_t Board::pending_receive(unsigned port) const {
  return impl_->peripherals.eusart(port).pending_receive();
}
void Board::OnSent(unsigned port, std::function<void(uint8_t)> call) {
  Impl& impl = *impl_;
  impl.peripherals.eusart(port).OnSent([&impl, port, call = std::move(call)](const SentFrame& frame) {
    impl.recorder.Sent(port, static_cast<uint8_t>(frame.value));
    if (call) call(static_cast<uint8_t>(frame.value));
  });
}

bool Board::SetPin(std::string_view name, bool level) {
  const std::optional<PinName> pin = impl_->peripherals.gpio.Find(name);
  if (pin) impl_->peripherals.gpio.SetInput(*pin, level);
  impl_->engine.set_limit(0);  // an interrupt may be due
  return pin.has_value();
}
bool Board::ReleasePin(std::string_view name) {
  const std::optional<PinName> pin = impl_->peripherals.gpio.Find(name);
  if (pin) impl_->peripherals.gpio.ReleaseInput(*pin);
  impl_->engine.set_limit(0);
  return pin.has_value();
}
std::optional<bool> Board::Pin(std::string_view name) const {
  const std::optional<PinName> pin = impl_->peripherals.gpio.Find(name);
  return pin ? std::optional(impl_->peripherals.gpio.Level(*pin)) : std::nullopt;
}

InjectedFaults& Board::faults() { return impl_->faults; }
void Board::CutPowerAt(Cycle when) { impl_->CutPowerAt(when); }
void Board::FlipBitAt(Cycle when, uint32_t address, unsigned bit) {
  impl_->Inject(when, address, bit, false);
}
void Board::FlipRegisterBitAt(Cycle when, unsigned dcrsr, unsigned bit) {
  impl_->Inject(when, dcrsr, bit, true);
}

std::vector<uint8_t> Board::Snapshot() { return impl_->Snapshot(); }
bool Board::Restore(const std::vector<uint8_t>& snapshot) { return impl_->Restore(snapshot); }

std::vector<UnmodelledAccess> Board::unmodelled() const {
  std::vector<UnmodelledAccess> accesses;
  for (const auto& entry : impl_->unmodelled) accesses.push_back(entry.second);
  return accesses;
}
std::string Board::last_exception() const { return impl_->processor.LastFaultText(); }
Recorder& Board::recorder() { return impl_->recorder; }

}  // namespace sim
