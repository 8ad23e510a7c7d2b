// Runs the board without the interpreter's lock, and brings errors of callbacks back through code that knows
// no exceptions.
#include "host/sim/extension/machine.h"

namespace virtual_xg24 {
namespace {

const uint8_t* Data(const nb::bytes& bytes) { return static_cast<const uint8_t*>(bytes.data()); }

}  // namespace

Machine::Machine(const sim::BoardSettings& settings) : board_(settings) {
  for (unsigned port = 0; port < kPorts; ++port) {
    board_.OnSent(port, [this, port](uint8_t byte) { OnByte(port, byte); });
  }
}

sim::Stop Machine::Run(sim::Cycle until) {
  return Guarded([&] { return board_.Run(until); });
}

sim::Stop Machine::RunThrough(sim::Cycle until) {
  return Guarded([&] { return board_.RunThrough(until); });
}

sim::Stop Machine::Step() {
  return Guarded([&] { return board_.Step(); });
}

std::optional<nb::bytes> Machine::ReadMemory(uint32_t address, uint32_t size) {
  std::vector<uint8_t> bytes(size);
  if (!board_.ReadMemory(address, bytes.data(), size)) return std::nullopt;
  return nb::bytes(bytes.data(), bytes.size());
}

bool Machine::WriteMemory(uint32_t address, const nb::bytes& bytes) {
  return board_.WriteMemory(address, Data(bytes), static_cast<uint32_t>(bytes.size()));
}

bool Machine::Load(uint32_t address, const nb::bytes& bytes) {
  return board_.Load(address, Data(bytes), static_cast<uint32_t>(bytes.size()));
}

void Machine::AddCall(uint32_t address, nb::callable call) {
  calls_[address] = std::move(call);
  board_.AddCall(address, [this, address] {
    const auto found = calls_.find(address);
    if (found != calls_.end()) Call(found->second);
  });
}

void Machine::RemoveCall(uint32_t address) {
  board_.RemoveCall(address);
  calls_.erase(address);
}

void Machine::SetOnSent(unsigned port, nb::object call) {
  CheckedPort(port).call = call.is_none() ? nb::object() : std::move(call);
}

void Machine::AwaitText(unsigned port, const nb::bytes& text) {
  Port& state = CheckedPort(port);
  state.awaited.assign(text.c_str(), text.size());
  state.tail.clear();
  state.seen = false;
}

nb::bytes Machine::TakeSent(unsigned port) {
  std::string bytes;
  for (const sim::SentFrame& sent : TakeSentBytes(port)) bytes.push_back(static_cast<char>(sent.value));
  return nb::bytes(bytes.data(), bytes.size());
}

std::vector<sim::SentFrame> Machine::TakeSentBytes(unsigned port) {
  CheckedPort(port);
  return board_.TakeSent(port);
}

void Machine::Send(unsigned port, const nb::bytes& bytes, uint32_t baud) {
  CheckedPort(port);
  board_.Send(port, Data(bytes), bytes.size(), baud);
}

size_t Machine::PendingReceive(unsigned port) const {
  CheckedPort(port);
  return board_.pending_receive(port);
}

nb::bytes Machine::Snapshot() {
  const std::vector<uint8_t> snapshot = board_.Snapshot();
  return nb::bytes(snapshot.data(), snapshot.size());
}

bool Machine::Restore(const nb::bytes& snapshot) {
  return board_.Restore(std::vector<uint8_t>(Data(snapshot), Data(snapshot) + snapshot.size()));
}

int Machine::Traverse(visitproc visit, void* context) {
  for (const auto& [address, call] : calls_) {
    if (const int stop = visit(call.ptr(), context)) return stop;
  }
  for (const Port& port : ports_) {
    if (!port.call.is_valid()) continue;
    if (const int stop = visit(port.call.ptr(), context)) return stop;
  }
  return 0;
}

void Machine::Clear() {
  for (const auto& [address, call] : calls_) board_.RemoveCall(address);
  calls_.clear();
  for (Port& port : ports_) port.call.reset();
}

// A callback may remove itself.
void Machine::Call(const nb::object& call) {
  CallBack([&] {
    const nb::object kept = call;
    kept();
  });
}

void Machine::OnByte(unsigned port, uint8_t byte) {
  Port& state = ports_[port];
  if (!state.awaited.empty() && !state.seen) {
    state.tail.push_back(static_cast<char>(byte));
    if (state.tail.size() > state.awaited.size()) state.tail.erase(0, 1);
    if (state.tail == state.awaited) {
      state.seen = true;
      board_.RequestStop();
    }
  }
  if (!state.call.is_valid()) return;
  CallBack([&] {
    const nb::object kept = state.call;
    kept(byte);
  });
}

Machine::Port& Machine::CheckedPort(unsigned port) {
  if (port >= kPorts) throw nb::index_error("the board has serial ports 0 and 1");
  return ports_[port];
}

const Machine::Port& Machine::CheckedPort(unsigned port) const {
  if (port >= kPorts) throw nb::index_error("the board has serial ports 0 and 1");
  return ports_[port];
}

}  // namespace virtual_xg24
