// Serves one request each: from its payload to that of the reply (docs/link.md, "Types").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "link/frame.h"
#include "link/payload.h"
#include "link/services.h"
#include "port/serial_rate.h"

namespace serial_link {

struct LineCounts {
  uint32_t good_frames = 0;
  uint32_t bad_frames = 0;
};

// How a request went; `text` says what is wrong and is not used for kNone.
struct Outcome {
  Error error;
  const char* text;
};

inline constexpr Outcome kServed = {Error::kNone, ""};

class Requests {
 public:
  // All must outlive it.
  Requests(Services& services, const port::SerialRate& line, const LineCounts& counts)
      : services_(services), line_(line), counts_(counts) {}

  // Serves every type but GOODBYE, whose reply is empty, and SET_BAUD, whose rate is only checked: it is to
  // be switched to once the reply has been sent. After an error the reply's content is undefined.
  Outcome Serve(uint8_t type, PayloadReader& request, PayloadWriter& reply);

 private:
  static constexpr size_t kStageBytes = 1024;

  Outcome Hello(PayloadReader& request, PayloadWriter& reply);
  Outcome Describe(PayloadReader& request, PayloadWriter& reply);
  Outcome DescribeSection(uint8_t section, PayloadWriter& reply);
  void DescribeTensors(Direction direction, PayloadWriter& reply);
  Outcome SetInput(PayloadReader& request);
  Outcome PushFrame(PayloadReader& request, PayloadWriter& reply);
  Outcome PushStaged(PayloadReader& request, PayloadWriter& reply);
  Outcome Push(const FrameKey& key, const uint8_t* values, size_t count, PayloadWriter& reply);
  Outcome Stage(PayloadReader& request);
  Outcome Invoke(PayloadReader& request, PayloadWriter& reply);
  Outcome GetOutput(PayloadReader& request, PayloadWriter& reply);
  Outcome Score(PayloadReader& request, PayloadWriter& reply);
  Outcome Profile(PayloadReader& request, PayloadWriter& reply);
  Outcome SelfTest(PayloadReader& request, PayloadWriter& reply);
  Outcome ReadLog(PayloadReader& request, PayloadWriter& reply);
  Outcome SetBaud(PayloadReader& request);
  Outcome Ping(PayloadReader& request, PayloadWriter& reply);

  Services& services_;
  const port::SerialRate& line_;
  const LineCounts& counts_;
  std::array<uint8_t, kStageBytes> stage_{};  // where frames come together that are sent in pieces
};

}  // namespace serial_link
