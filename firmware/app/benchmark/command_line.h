// Commands of the MLPerf Tiny runner: ASCII words between blanks, ended by a percent sign.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace app::benchmark {

// Collects the characters of one command.
class CommandLine {
 public:
  static constexpr char kEnd = '%';
  static constexpr size_t kMaxLength = 80;  // further characters replace the last one

  // True when `byte` ends a command, which is then in text() until the next call. Line ends are no part of
  // a command: a person's terminal may send them.
  [[nodiscard]] bool Take(uint8_t byte);

  std::string_view text() const { return {characters_.data(), length_}; }

 private:
  std::array<char, kMaxLength> characters_{};
  size_t length_ = 0;
  bool ended_ = false;
};

// Removes the first word of `text` and the blanks around it; "" when there is none.
std::string_view TakeWord(std::string_view& text);

// A decimal number with or without sign, held to ±INT32_MAX; nothing else may stand in `word`.
std::optional<int32_t> ParseNumber(std::string_view word);

// The byte that two hexadecimal digits of either case stand for.
std::optional<uint8_t> ParseHexByte(std::string_view digits);

}  // namespace app::benchmark
