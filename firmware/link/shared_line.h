// One serial line for two: frames go to the link's server, all other bytes to the console.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "link/frame_receiver.h"
#include "link/server.h"
#include "link/services.h"
#include "port/clock.h"
#include "port/serial.h"

namespace serial_link {

// The console's view of the line: it reads what is typed, and what it writes is silent during a session.
class SharedLine final : public port::Serial {
 public:
  static constexpr uint32_t kSilenceMs = 100;  // ends an open frame

  // `serial` is the line itself. All must outlive this.
  SharedLine(port::Serial& serial, LinkServer& server, const port::Clock& clock)
      : serial_(serial), server_(server), clock_(clock) {}

  // Whose line is discarded; nullptr (at first): nobody's.
  void ConnectConsole(ConsoleLine* console) { console_ = console; }

  void Write(const char* bytes, size_t count) override;

  // The next byte for the console, or -1. Takes what comes before it, and answers at most one frame: also
  // where more waits it then returns -1. To be called more often than the clock wraps, for the time limits.
  int Read() override;

  // Whether bytes that have been taken from the line wait for the next Read.
  bool Waiting() const { return next_ < count_; }

 private:
  bool Refill();
  void BeginPause();
  void EndPause();
  void CheckTime();

  port::Serial& serial_;
  LinkServer& server_;
  const port::Clock& clock_;
  ConsoleLine* console_ = nullptr;
  FrameReceiver receiver_;
  std::array<uint8_t, 64> chunk_{};  // read from the line, [next_, count_) not yet looked at
  size_t next_ = 0;
  size_t count_ = 0;
  uint32_t idle_since_ = 0;  // cycles, when reading stopped
  bool idle_ = false;
};

}  // namespace serial_link
