// Text for a person on a serial line: strings, integers and fixed-point numbers, without printf.
#pragma once

#include <cstddef>
#include <cstdint>

#include "port/serial.h"

namespace app {

class Text {
 public:
  explicit Text(port::Serial& serial) : serial_(serial) {}

  Text& Put(const char* text);
  Text& Put(char character);

  // Right-aligned in `width` columns, as all numbers here; wider values are not cut.
  Text& Decimal(uint64_t value, size_t width = 0);

  // `value` thousandths with one decimal, rounded half up: 1250 is "1.3".
  Text& Tenths(uint64_t thousandths, size_t width = 0);

  // `value` in units of 10^-decimals, 1..9 of them: Fixed(1250, 3) is "1.250".
  Text& Fixed(uint64_t value, unsigned decimals);

  // Eight digits with 0x, and bytes as two digits each.
  Text& Hex(uint32_t value);
  Text& HexBytes(const uint8_t* bytes, size_t count);

  // Left-aligned and filled up with blanks; longer text is not cut.
  Text& Left(const char* text, size_t width);
  Text& Right(const char* text, size_t width);

  Text& Blanks(size_t count);
  Text& EndLine();

 private:
  port::Serial& serial_;
};

}  // namespace app
