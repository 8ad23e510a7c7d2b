// Numbers as text, compared with what the C library prints.
#include "app/text.h"

#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <limits>

#include "fake_serial.h"

namespace {

class Text : public testing::Test {
 protected:
  FakeSerial serial_;
  app::Text text_{serial_};
};

TEST_F(Text, PrintsDecimalsAsTheCLibraryDoes) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{9}, uint64_t{10}, uint64_t{4'294'967'295},
                               uint64_t{4'294'967'296}, std::numeric_limits<uint64_t>::max()}) {
    for (const int width : {0, 1, 5, 25}) {
      char expected[64];
      std::snprintf(expected, sizeof(expected), "%*" PRIu64, width, value);
      text_.Decimal(value, static_cast<size_t>(width));
      EXPECT_EQ(serial_.Take(), expected);
    }
  }
}

TEST_F(Text, RoundsTenthsHalfUp) {
  const struct {
    uint64_t thousandths;
    const char* expected;
  } rows[] = {{0, "  0.0"},   {49, "  0.0"},   {50, "  0.1"},      {949, "  0.9"},
              {950, "  1.0"}, {1250, "  1.3"}, {999'949, "999.9"}, {999'950, "1000.0"}};
  for (const auto& row : rows) {
    text_.Tenths(row.thousandths, 5);
    EXPECT_EQ(serial_.Take(), row.expected) << row.thousandths;
  }
}

TEST_F(Text, PutsThePointWhereItIsAskedFor) {
  text_.Fixed(1250, 3).Put(' ').Fixed(7, 6).Put(' ').Fixed(123, 1);
  EXPECT_EQ(serial_.Take(), "1.250 0.000007 12.3");
}

TEST_F(Text, PrintsHexWithAllDigits) {
  text_.Hex(0).Put(' ').Hex(0xDEADBEEF).Put(' ').Hex(0x0800'0100);
  EXPECT_EQ(serial_.Take(), "0x00000000 0xdeadbeef 0x08000100");
  const uint8_t bytes[] = {0x00, 0x0F, 0xF0, 0xA5};
  text_.HexBytes(bytes, 4);
  EXPECT_EQ(serial_.Take(), "000ff0a5");
}

TEST_F(Text, FillsColumnsAndCutsNothing) {
  text_.Left("ab", 4).Put('|').Right("ab", 4).Put('|').Left("abcde", 4).Right("abcde", 4);
  EXPECT_EQ(serial_.Take(), "ab  |  ab|abcdeabcde");
}

TEST_F(Text, EndsLinesForATerminal) {
  text_.EndLine();
  EXPECT_EQ(serial_.Take(), "\r\n");
}

}  // namespace
