// The body of a frame (docs/link.md, "Frames"): sizes, offsets, types and error codes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace serial_link {

inline constexpr uint16_t kProtocolVersion = 2;

inline constexpr size_t kHeaderBytes = 4;  // type, flags, sequence
inline constexpr size_t kCrcBytes = 4;
inline constexpr size_t kMinBody = kHeaderBytes + kCrcBytes;
inline constexpr size_t kMaxPayload = 1024;
inline constexpr size_t kMaxBody = kMinBody + kMaxPayload;

// On the line: both delimiters, and one code byte for each 254 bytes of body.
inline constexpr size_t kMaxFrame = kMaxBody + (kMaxBody + 253) / 254 + 2;

inline constexpr uint8_t kFlagReply = 1 << 0;
inline constexpr uint8_t kFlagError = 1 << 1;
// In requests, from this bit on: how many requests directly before it one may overtake.
inline constexpr int kOvertakesShift = 4;

enum class Type : uint8_t {
  kHello = 1,
  kGoodbye = 2,
  kDescribe = 3,
  kSetInput = 4,
  kPushFrame = 5,
  kInvoke = 6,
  kGetOutput = 7,
  kScore = 8,
  kProfile = 9,
  kSelfTest = 10,
  kLog = 11,
  kSetBaud = 12,
  kPing = 13,
  kStage = 14,
  kPushStaged = 15,
};

enum class Error : uint8_t {
  kNone = 0,  // never sent
  kBadRequest = 1,
  kWrongVersion = 2,
  kUnknownType = 3,
  kNoModel = 4,
  kRestart = 5,
  kInferenceFailed = 6,
  kBusy = 7,
  kUnsupportedBaud = 8,
};

}  // namespace serial_link
