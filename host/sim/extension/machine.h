// The virtual board as Python sees it: callbacks that are Python functions, and errors that come out of them.
#pragma once

#include <nanobind/nanobind.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/sim/core/board.h"

namespace virtual_xg24 {

namespace nb = nanobind;

inline constexpr unsigned kPorts = 2;  // EUSART0 and EUSART1

// Not thread safe, like the board. A run lets other Python threads go on; callbacks take the interpreter
// back.
class Machine {
 public:
  explicit Machine(const sim::BoardSettings& settings);

  sim::Board& board() { return board_; }
  const sim::Board& board() const { return board_; }

  // As Board::Run and Board::Step. An error raised by a callback stops the run and is raised here.
  // Throws nb::value_error when a run is under way already.
  sim::Stop Run(sim::Cycle until);
  sim::Stop RunThrough(sim::Cycle until);
  sim::Stop Step();
  // The same for work of another kind, which returns a Stop.
  template <class Work>
  sim::Stop Guarded(Work work);
  // From inside such work: runs `call` with the interpreter's lock; what it raises ends the work.
  template <class Function>
  void CallBack(Function call);

  // nullopt where the bus refuses.
  std::optional<nb::bytes> ReadMemory(uint32_t address, uint32_t size);
  bool WriteMemory(uint32_t address, const nb::bytes& bytes);
  bool Load(uint32_t address, const nb::bytes& bytes);

  void AddCall(uint32_t address, nb::callable call);
  void RemoveCall(uint32_t address);
  void SetOnSent(unsigned port, nb::object call);  // None: nobody

  // A run stops once the port has sent `text` since this call; "" stops waiting for one.
  void AwaitText(unsigned port, const nb::bytes& text);
  bool TextSeen(unsigned port) const { return CheckedPort(port).seen; }

  nb::bytes TakeSent(unsigned port);
  std::vector<sim::SentFrame> TakeSentBytes(unsigned port);
  void Send(unsigned port, const nb::bytes& bytes, uint32_t baud);
  size_t PendingReceive(unsigned port) const;

  nb::bytes Snapshot();
  bool Restore(const nb::bytes& snapshot);

  // For Python's collector of cycles: a callback often refers to the board that calls it.
  int Traverse(visitproc visit, void* context);
  void Clear();

 private:
  struct Port {
    nb::object call;
    std::string awaited;
    std::string tail;  // the last bytes sent, fewer than awaited
    bool seen = false;
  };

  void Call(const nb::object& call);
  void OnByte(unsigned port, uint8_t byte);
  Port& CheckedPort(unsigned port);
  const Port& CheckedPort(unsigned port) const;

  sim::Board board_;
  std::map<uint32_t, nb::object> calls_;
  std::array<Port, kPorts> ports_;
  std::optional<nb::python_error> error_;
  bool running_ = false;
};

template <class Work>
sim::Stop Machine::Guarded(Work work) {
  if (running_) throw nb::value_error("the board runs already: a callback may only ask it to stop");
  running_ = true;
  error_.reset();
  sim::Stop stop;
  {
    const nb::gil_scoped_release released;
    stop = work();
  }
  running_ = false;
  if (error_.has_value()) {
    nb::python_error error = *std::exchange(error_, std::nullopt);
    throw error;
  }
  return stop;
}

// After an error no other callback runs: the run is about to end.
template <class Function>
void Machine::CallBack(Function call) {
  const nb::gil_scoped_acquire held;
  if (error_.has_value()) return;
  try {
    call();
  } catch (nb::python_error& error) {
    error_.emplace(error);
    board_.RequestStop();
  }
}

}  // namespace virtual_xg24
