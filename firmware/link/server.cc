// Sequence numbers as in docs/link.md, "Requests and replies".
#include "link/server.h"

#include "link/frame_writer.h"

namespace serial_link {
namespace {

constexpr uint16_t kFarthestAhead = 32768;
constexpr size_t kMaxErrorText = ReplyStore::kShortPayload - 1;

constexpr Outcome kNoSession = {Error::kRestart, "no session: say HELLO"};
constexpr Outcome kOtherContent = {Error::kBadRequest, "this sequence number had another content"};
constexpr Outcome kTooOld = {Error::kBadRequest, "the reply to this sequence number is no longer kept"};

void WriteDecimal(uint8_t value, PayloadWriter& text) {
  if (value >= 100) text.U8(static_cast<uint8_t>('0' + value / 100));
  if (value >= 10) text.U8(static_cast<uint8_t>('0' + value / 10 % 10));
  text.U8(static_cast<uint8_t>('0' + value % 10));
}

bool Is(uint8_t type, Type wanted) { return type == static_cast<uint8_t>(wanted); }

}  // namespace

void LinkServer::OnFrame(const uint8_t* body, size_t size) {
  ++counts_.good_frames;
  CheckTime();
  good_at_ = clock_.Cycles();
  rate_.OnGoodFrame();
  if ((body[1] & kFlagReply) != 0) return;
  Answer({body[0], static_cast<uint8_t>(body[1] >> kOvertakesShift), LoadU16(body + 2),
          LoadU32(body + size - kCrcBytes), body + kHeaderBytes, size - kMinBody});
}

void LinkServer::CheckTime() {
  rate_.Check();
  (void)InSession();
}

bool LinkServer::InSession() {
  if (in_session_ && HavePassed(clock_, good_at_, kSessionMs)) in_session_ = false;
  return in_session_;
}

void LinkServer::Answer(const Request& request) {
  const KeptReply* kept = in_session_ ? replies_.Find(request.sequence) : nullptr;
  if (kept != nullptr && kept->request_crc == request.crc) {
    return Send(request, kept->body, kept->size);
  }
  if (Is(request.type, Type::kHello)) {
    replies_.Clear();
    return Serve(request);
  }
  if (!in_session_) {
    return Is(request.type, Type::kGoodbye) ? Serve(request) : Refuse(request, kNoSession);
  }
  if (kept != nullptr) return Refuse(request, kOtherContent);
  const auto ahead = static_cast<uint16_t>(request.sequence - expected_);
  if (ahead > kFarthestAhead) return Refuse(request, kTooOld);
  if (ahead > request.overtakes) return;  // one that it depends on was lost: the host will send both again
  if (ahead > 0 && (served_ahead_ >> (ahead - 1) & 1) != 0) return Refuse(request, kTooOld);
  MarkServed(ahead);
  Serve(request);
}

void LinkServer::MarkServed(uint16_t ahead) {
  if (ahead > 0) {
    served_ahead_ = static_cast<uint16_t>(served_ahead_ | 1u << (ahead - 1));
    return;
  }
  bool next_was_served = true;
  while (next_was_served) {
    ++expected_;
    next_was_served = (served_ahead_ & 1) != 0;
    served_ahead_ = static_cast<uint16_t>(served_ahead_ >> 1);
  }
}

void LinkServer::Serve(const Request& request) {
  uint8_t* body = replies_.Begin();
  PayloadWriter reply(body + kHeaderBytes, kMaxPayload);
  PayloadReader payload(request.payload, request.payload_bytes);
  const Outcome outcome = requests_.Serve(request.type, payload, reply);
  const bool served = outcome.error == Error::kNone;
  if (served && Is(request.type, Type::kHello)) {
    in_session_ = true;
    expected_ = static_cast<uint16_t>(request.sequence + 1);
    served_ahead_ = 0;
  }
  const size_t size = FinishReply(request, outcome, reply, body);
  if (in_session_) replies_.Keep(request.sequence, request.crc, size);
  Send(request, body, size);
}

// An answer that changes nothing and is not kept.
void LinkServer::Refuse(const Request& request, const Outcome& outcome) {
  uint8_t* body = replies_.Begin();
  PayloadWriter reply(body + kHeaderBytes, kMaxPayload);
  Send(request, body, FinishReply(request, outcome, reply, body));
}

size_t LinkServer::FinishReply(const Request& request, const Outcome& outcome, PayloadWriter& reply,
                               uint8_t* body) {
  uint8_t flags = kFlagReply;
  if (outcome.error != Error::kNone) {
    flags |= kFlagError;
    reply.Clear();
    reply.U8(static_cast<uint8_t>(outcome.error));
    reply.Text(outcome.text, kMaxErrorText);
    if (outcome.error == Error::kUnknownType) WriteDecimal(request.type, reply);
  }
  return FinishBody(body, reply.size(), request.type, flags, request.sequence);
}

// A reply that is sent once more switches the rate once more: the host that did not get it waits at the old
// one.
void LinkServer::Send(const Request& request, const uint8_t* body, size_t size) {
  WriteFrame(serial_, body, size);
  if ((body[1] & kFlagError) != 0) return;
  if (Is(request.type, Type::kGoodbye)) in_session_ = false;
  if (Is(request.type, Type::kSetBaud)) rate_.Switch(LoadU32(request.payload));
}

}  // namespace serial_link
