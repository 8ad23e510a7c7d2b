// Formats into a small buffer on the stack and writes it in one piece.
#include "app/text.h"

#include <array>
#include <cstring>

namespace app {
namespace {

constexpr char kDigits[] = "0123456789abcdef";
constexpr size_t kDigitsBytes = 21;  // the 20 digits of 2^64 - 1 and the terminator

// Decimal digits of `value`, written to the end of the buffer; returns where they begin.
const char* Digits(uint64_t value, std::array<char, kDigitsBytes>& buffer) {
  char* next = buffer.data() + buffer.size() - 1;
  *next = '\0';
  do {
    *--next = kDigits[value % 10];
    value /= 10;
  } while (value != 0);
  return next;
}

}  // namespace

Text& Text::Put(const char* text) {
  serial_.Write(text, std::strlen(text));
  return *this;
}

Text& Text::Put(char character) {
  serial_.Write(&character, 1);
  return *this;
}

Text& Text::Decimal(uint64_t value, size_t width) {
  std::array<char, kDigitsBytes> buffer{};
  return Right(Digits(value, buffer), width);
}

Text& Text::Tenths(uint64_t thousandths, size_t width) {
  const uint64_t tenths = thousandths / 100 + (thousandths % 100 >= 50 ? 1 : 0);
  const char fraction[] = {'.', kDigits[tenths % 10], '\0'};
  constexpr size_t kFractionWidth = 2;
  return Decimal(tenths / 10, width > kFractionWidth ? width - kFractionWidth : 0).Put(fraction);
}

Text& Text::Fixed(uint64_t value, unsigned decimals) {
  uint64_t unit = 1;
  for (unsigned i = 0; i < decimals; ++i) unit *= 10;
  Decimal(value / unit).Put('.');
  for (unit /= 10; unit > 0; unit /= 10) Put(kDigits[value / unit % 10]);
  return *this;
}

Text& Text::Hex(uint32_t value) {
  Put("0x");
  for (int shift = 28; shift >= 0; shift -= 4) Put(kDigits[value >> shift & 0xF]);
  return *this;
}

Text& Text::HexBytes(const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) Put(kDigits[bytes[i] >> 4]).Put(kDigits[bytes[i] & 0xF]);
  return *this;
}

Text& Text::Left(const char* text, size_t width) {
  const size_t length = std::strlen(text);
  return Put(text).Blanks(length < width ? width - length : 0);
}

Text& Text::Right(const char* text, size_t width) {
  const size_t length = std::strlen(text);
  return Blanks(length < width ? width - length : 0).Put(text);
}

Text& Text::Blanks(size_t count) {
  for (size_t i = 0; i < count; ++i) Put(' ');
  return *this;
}

Text& Text::EndLine() { return Put("\r\n"); }

}  // namespace app
