// Every length is checked before anything is done.
#include "host/sim/debug_port/requests.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "host/sim/debug_port/transfer_list.h"

namespace sim {

// Little-endian numbers in a row; past the end `ok` turns false and numbers are 0.
class ByteReader {
 public:
  ByteReader(const uint8_t* bytes, size_t size) : at_(bytes), left_(size) {}

  uint64_t Number(size_t bytes) {
    const uint8_t* from = Bytes(bytes);
    uint64_t value = 0;
    for (size_t i = 0; from != nullptr && i < bytes; ++i) value |= uint64_t{from[i]} << (8 * i);
    return value;
  }
  const uint8_t* Bytes(size_t count) {
    ok_ = ok_ && count <= left_;
    if (!ok_) return nullptr;
    at_ += count;
    left_ -= count;
    return at_ - count;
  }
  size_t left() const { return left_; }
  bool whole() const { return ok_ && left_ == 0; }
  bool ok() const { return ok_; }

 private:
  const uint8_t* at_;
  size_t left_;
  bool ok_ = true;
};

namespace {

enum Op : uint8_t {
  kHello = 0,
  kConnect = 1,
  kDisconnect = 2,
  kSetClock = 3,
  kSwj = 4,
  kTransfer = 5,
  kIdle = 6,
  kNreset = 7,
  kCounters = 8,
};
enum Status : uint8_t { kDone = 0, kMalformed = 1, kNotNow = 2 };

constexpr uint16_t kVersion = 1;
constexpr char kMagic[] = {'E', 'S', 'D', 'P'};
constexpr uint32_t kLeastHz = 1'000, kMostHz = 100'000'000;
constexpr uint32_t kMostSequenceBits = 8'192;
constexpr uint64_t kMostIdleNs = 10'000'000'000;
constexpr uint8_t kRequestBits = 0x0F;

std::vector<uint8_t> Refusal(Status status, const char* text) {
  std::vector<uint8_t> reply = {status};
  for (; *text != 0; ++text) reply.push_back(static_cast<uint8_t>(*text));
  return reply;
}
std::vector<uint8_t> Malformed(const char* text) { return Refusal(kMalformed, text); }

void Append(std::vector<uint8_t>& reply, uint64_t number, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) reply.push_back(static_cast<uint8_t>(number >> (8 * i)));
}

void AppendText(std::vector<uint8_t>& reply, const std::string& text) {
  const size_t size = std::min<size_t>(text.size(), 255);
  reply.push_back(static_cast<uint8_t>(size));
  for (size_t i = 0; i < size; ++i) reply.push_back(static_cast<uint8_t>(text[i]));
}

bool PossibleClock(uint32_t hz) { return hz >= kLeastHz && hz <= kMostHz; }
constexpr char kClockText[] = "the SWD clock is not between 1 kHz and 100 MHz";

// The items of a TRANSFER; false, with nothing to rely on, where they are malformed.
bool ReadItems(ByteReader& payload, std::vector<TransferItem>& items) {
  uint64_t reads = 0;
  while (payload.left() != 0) {
    const uint8_t request = static_cast<uint8_t>(payload.Number(1));
    TransferItem item;
    item.request = {(request & 1) != 0, (request & 2) != 0, request & 0xCU};
    item.count = static_cast<uint32_t>(payload.Number(4));
    if (!payload.ok() || (request & ~kRequestBits) != 0 || item.count == 0) return false;
    if (item.request.read) {
      reads += item.count;
      if (reads > kMostReads) return false;
    } else {
      if (item.count > payload.left() / 4) return false;
      item.words.resize(item.count);
      for (uint32_t& word : item.words) word = static_cast<uint32_t>(payload.Number(4));
    }
    items.push_back(std::move(item));
  }
  return true;
}

}  // namespace

std::vector<uint8_t> RequestPort::Answer(const uint8_t* request, size_t size) {
  if (size == 0 || size > kMostRequestBytes) return Malformed("a request has 1 byte to 1 MiB");
  const uint8_t op = request[0];
  ByteReader payload(request + 1, size - 1);
  if (op == kHello) return Hello(payload);
  if (wire_.pulled()) return {};
  if (op > kCounters) return Malformed("there is no such request");
  if (!greeted_) return Refusal(kNotNow, "HELLO comes first");
  if (!connected_ && (op == kSwj || op == kTransfer)) return Refusal(kNotNow, "CONNECT comes first");
  Reply reply = Dispatch(op, payload);
  return wire_.pulled() ? Reply{} : reply;
}

RequestPort::Reply RequestPort::Dispatch(uint8_t op, ByteReader& payload) {
  switch (op) {
    case kConnect:
      return Connect(payload);
    case kDisconnect:
      return Disconnect(payload);
    case kSetClock:
      return SetClock(payload);
    case kSwj:
      return Sequence(payload);
    case kTransfer:
      return Transfer(payload);
    case kIdle:
      return Idle(payload);
    case kNreset:
      return HoldReset(payload);
    default:
      return Counters(payload);
  }
}

void RequestPort::Leave() {
  greeted_ = connected_ = false;
  wire_.HoldReset(false);
}

RequestPort::Reply RequestPort::Hello(ByteReader& payload) {
  const uint8_t* magic = payload.Bytes(sizeof kMagic);
  const uint64_t version = payload.Number(2);
  if (!payload.whole() || std::memcmp(magic, kMagic, sizeof kMagic) != 0) {
    return Malformed("HELLO is ESDP and the version");
  }
  if (version != kVersion) return Malformed("version 1 of the protocol is spoken here");
  if (wire_.pulled()) {
    wire_.PlugIn();
    connected_ = false;
  }
  greeted_ = true;
  Reply reply = {kDone};
  Append(reply, kVersion, 2);
  Append(reply, identity_.part, 4);
  Append(reply, identity_.unique_id, 8);
  AppendText(reply, identity_.name);
  AppendText(reply, identity_.board);
  AppendText(reply, identity_.order_code);
  return reply;
}

RequestPort::Reply RequestPort::Connect(ByteReader& payload) {
  const uint32_t hz = static_cast<uint32_t>(payload.Number(4));
  if (!payload.whole()) return Malformed("CONNECT has the SWD clock");
  if (!PossibleClock(hz)) return Malformed(kClockText);
  wire_.set_clock(hz);
  connected_ = true;
  wire_.Connect();
  return {kDone};
}

RequestPort::Reply RequestPort::Disconnect(ByteReader& payload) {
  if (!payload.whole()) return Malformed("DISCONNECT has no payload");
  connected_ = false;
  return {kDone};
}

RequestPort::Reply RequestPort::SetClock(ByteReader& payload) {
  const uint32_t hz = static_cast<uint32_t>(payload.Number(4));
  if (!payload.whole()) return Malformed("SET_CLOCK has the SWD clock");
  if (!PossibleClock(hz)) return Malformed(kClockText);
  wire_.set_clock(hz);
  return {kDone};
}

RequestPort::Reply RequestPort::Sequence(ByteReader& payload) {
  const uint32_t bits = static_cast<uint32_t>(payload.Number(4));
  if (bits > kMostSequenceBits) return Malformed("SWJ has at most 8,192 bits");
  const uint8_t* bytes = payload.Bytes((bits + 7) / 8);
  if (!payload.whole()) return Malformed("SWJ has as many bytes as its bits need");
  wire_.Sequence(bytes, bits);
  return {kDone};
}

RequestPort::Reply RequestPort::Transfer(ByteReader& payload) {
  TransferLimits limits;
  limits.waits = static_cast<uint32_t>(payload.Number(2));
  limits.resends = static_cast<uint32_t>(payload.Number(2));
  std::vector<TransferItem> items;
  if (!payload.ok() || !ReadItems(payload, items)) return Malformed("the items of TRANSFER are malformed");
  const TransferResult result = RunTransfers(wire_, items, limits);
  Reply reply = {kDone, static_cast<uint8_t>(result.ack)};
  reply.reserve(reply.size() + 4 + 4 * result.words.size());
  Append(reply, result.done, 4);
  for (uint32_t word : result.words) Append(reply, word, 4);
  return reply;
}

RequestPort::Reply RequestPort::Idle(ByteReader& payload) {
  const uint64_t nanoseconds = payload.Number(8);
  if (!payload.whole() || nanoseconds > kMostIdleNs) return Malformed("IDLE has nanoseconds, at most 10 s");
  wire_.Idle(nanoseconds);
  return {kDone};
}

RequestPort::Reply RequestPort::HoldReset(ByteReader& payload) {
  const uint64_t asserted = payload.Number(1);
  if (!payload.whole() || asserted > 1) return Malformed("NRESET has 0 or 1");
  wire_.HoldReset(asserted != 0);
  return {kDone};
}

RequestPort::Reply RequestPort::Counters(ByteReader& payload) {
  const uint64_t clears = payload.Number(1);
  if (!payload.whole() || clears > 1) return Malformed("COUNTERS has 0 or 1");
  Reply reply = {kDone};
  Append(reply, wire_.counters().swclk_cycles, 8);
  Append(reply, wire_.counters().transfers, 8);
  Append(reply, static_cast<uint64_t>(std::llround(board_.seconds() * 1e9)), 8);
  if (clears != 0) wire_.counters() = {};
  return reply;
}

}  // namespace sim
