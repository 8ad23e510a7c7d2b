// The runner's `db` commands; texts, spelling included, are the benchmark's.
#include "app/benchmark/data_buffer.h"

#include "app/benchmark/command_line.h"
#include "app/benchmark/printable.h"

namespace app::benchmark {
namespace {

constexpr size_t kBytesPerLine = 8;

}  // namespace

void DataBuffer::Serve(std::string_view arguments, Text& text) {
  const std::string_view word = TakeWord(arguments);
  if (word.empty()) {
    text.Put("e-[Command 'db' requires a subcommand]").EndLine();
  } else if (word == "load") {
    Load(arguments, text);
  } else if (word == "print") {
    Print(text);
  } else {
    Store(word, text);
  }
}

void DataBuffer::Load(std::string_view arguments, Text& text) {
  const std::string_view word = TakeWord(arguments);
  if (word.empty()) {
    text.Put("e-[Command 'db load' requires the # of bytes]").EndLine();
    return;
  }
  const int32_t count = ParseNumber(word).value_or(0);
  if (count <= 0) {
    text.Put("e-[Command 'db load' must be >0 bytes]").EndLine();
    return;
  }
  const auto bytes = static_cast<size_t>(count);
  if (bytes > kCapacity) {
    text.Put("Supplied buffer size ").Decimal(bytes).Put(" exceeds maximum of ").Decimal(kCapacity).Put('\n');
    return;
  }
  expected_ = bytes;
  size_ = 0;
  text.Put("m-[Expecting ").Decimal(bytes).Put(" bytes]").EndLine();
}

void DataBuffer::Print(Text& text) const {
  for (size_t begin = 0; begin < expected_; begin += kBytesPerLine) {
    text.Put("m-buffer");
    for (size_t i = begin; i < begin + kBytesPerLine && i < expected_; ++i) {
      text.Put('-').HexBytes(&bytes_[i], 1);
    }
    text.EndLine();
  }
  if (expected_ % kBytesPerLine != 0) text.EndLine();
}

void DataBuffer::Store(std::string_view digits, Text& text) {
  if (digits.size() % 2 != 0) {
    text.Put("e-[Insufficent number of hex digits]").EndLine();
    return;
  }
  for (; !digits.empty() && size_ < expected_; digits.remove_prefix(2)) {
    const auto byte = ParseHexByte(digits.substr(0, 2));
    if (!byte.has_value()) {
      text.Put("e-[Invalid hex digit '");
      PutPrintable(text, digits.substr(0, 2));
      text.Put("']").EndLine();
      return;
    }
    bytes_[size_++] = *byte;
    if (size_ == expected_) text.Put("m-load-done").EndLine();
  }
}

}  // namespace app::benchmark
