// Commands of the MLPerf Tiny runner, as they arrive byte by byte.
#include "app/benchmark/command_line.h"

namespace app::benchmark {
namespace {

constexpr char kBlank = ' ';

// 0..15, or -1.
int HexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

void DropBlanks(std::string_view& text) {
  while (!text.empty() && text.front() == kBlank) text.remove_prefix(1);
}

}  // namespace

bool CommandLine::Take(uint8_t byte) {
  if (ended_) {
    ended_ = false;
    length_ = 0;
  }
  const char character = static_cast<char>(byte);
  if (character == kEnd) {
    ended_ = true;
  } else if (character != '\r' && character != '\n') {
    if (length_ < kMaxLength) ++length_;
    characters_[length_ - 1] = character;
  }
  return ended_;
}

std::string_view TakeWord(std::string_view& text) {
  DropBlanks(text);
  const std::string_view word = text.substr(0, text.find(kBlank));
  text.remove_prefix(word.size());
  DropBlanks(text);
  return word;
}

std::optional<int32_t> ParseNumber(std::string_view word) {
  const bool negative = !word.empty() && word.front() == '-';
  if (negative || (!word.empty() && word.front() == '+')) word.remove_prefix(1);
  if (word.empty()) return std::nullopt;
  int64_t value = 0;
  for (const char digit : word) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
    if (value > INT32_MAX) value = INT32_MAX;
  }
  return static_cast<int32_t>(negative ? -value : value);
}

std::optional<uint8_t> ParseHexByte(std::string_view digits) {
  if (digits.size() != 2) return std::nullopt;
  const int high = HexDigit(digits[0]);
  const int low = HexDigit(digits[1]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<uint8_t>(high << 4 | low);
}

}  // namespace app::benchmark
