// The device's end of a session: which request is served, answered again or refused.
#pragma once

#include <cstddef>
#include <cstdint>

#include "link/rate_keeper.h"
#include "link/reply_store.h"
#include "link/requests.h"
#include "link/services.h"
#include "port/clock.h"
#include "port/serial.h"
#include "port/serial_rate.h"

namespace serial_link {

class LinkServer {
 public:
  static constexpr uint32_t kSessionMs = 10'000;  // without a good frame

  // All must outlive the server. Replies go to `serial`.
  LinkServer(Services& services, port::SerialRate& line, port::Serial& serial, const port::Clock& clock)
      : clock_(clock), serial_(serial), requests_(services, line, counts_), rate_(line, clock) {}

  // Answers the good frame with this body [size].
  void OnFrame(const uint8_t* body, size_t size);

  // Counts a frame that was dropped.
  void OnDroppedFrame() { ++counts_.bad_frames; }

  // Ends what time has ended: a session, a baud rate. To be called as bytes come in, before they are looked
  // at.
  void CheckTime();

  // Whether the console must be silent.
  bool InSession();

 private:
  struct Request {
    uint8_t type;
    uint8_t overtakes;
    uint16_t sequence;
    uint32_t crc;
    const uint8_t* payload;  // [payload_bytes]
    size_t payload_bytes;
  };

  void Answer(const Request& request);
  void MarkServed(uint16_t ahead);
  void Serve(const Request& request);
  void Refuse(const Request& request, const Outcome& outcome);
  static size_t FinishReply(const Request& request, const Outcome& outcome, PayloadWriter& reply,
                            uint8_t* body);
  void Send(const Request& request, const uint8_t* body, size_t size);

  const port::Clock& clock_;
  port::Serial& serial_;
  LineCounts counts_;
  Requests requests_;
  RateKeeper rate_;
  ReplyStore replies_;
  uint32_t good_at_ = 0;       // cycles
  uint16_t expected_ = 0;      // the lowest number that was not served
  uint16_t served_ahead_ = 0;  // bit i: number expected_ + 1 + i was
  bool in_session_ = false;
};

}  // namespace serial_link
