// Messages compared with what the C library's vsnprintf makes of them.
#include "app/format.h"

#include <gtest/gtest.h>

#include <climits>
#include <cstdint>
#include <cstdio>
#include <string>

#include "fake_serial.h"

namespace {

__attribute__((format(printf, 1, 2))) std::string Ours(const char* format, ...) {
  FakeSerial serial;
  app::Text text(serial);
  va_list arguments;
  va_start(arguments, format);
  app::Format(text, format, arguments);
  va_end(arguments);
  return serial.Take();
}

#define EXPECT_LIKE_LIBC(...)                               \
  do {                                                      \
    char expected[256];                                     \
    std::snprintf(expected, sizeof(expected), __VA_ARGS__); \
    EXPECT_EQ(Ours(__VA_ARGS__), expected);                 \
  } while (false)

TEST(Format, PrintsIntegersOfEveryLength) {
  for (const int value : {0, 1, -1, 42, INT_MAX, INT_MIN})
    EXPECT_LIKE_LIBC("<%d %i %u %x>", value, value, value, value);
  for (const long value : {0L, LONG_MAX, LONG_MIN}) EXPECT_LIKE_LIBC("<%ld %lu %lx>", value, value, value);
  for (const long long value : {0LL, LLONG_MAX, LLONG_MIN}) EXPECT_LIKE_LIBC("<%lld %llu>", value, value);
  EXPECT_LIKE_LIBC("%zu %zx %hd %hhu", SIZE_MAX, size_t{0xABC}, -7, 200);
}

TEST(Format, PrintsTextAndPercent) {
  EXPECT_LIKE_LIBC("operator %s (#%d) %c 100%%", "CONV_2D", 3, 'x');
  const char* volatile nothing = nullptr;
  EXPECT_EQ(Ours("%s", nothing), "(null)");
  EXPECT_EQ(Ours("%p", reinterpret_cast<void*>(0x20000010)), "0x20000010");
}

TEST(Format, IgnoresWidths) { EXPECT_EQ(Ours("%08x|%-5d|%+d", 0xABu, 5, 6), "ab|5|6"); }

TEST(Format, StopsAtAConversionItDoesNotKnow) { EXPECT_EQ(Ours("scale %f of %d", 1.5, 3), "scale %f of %d"); }

TEST(Format, SurvivesAnIncompleteConversion) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat"
  EXPECT_EQ(Ours("50%"), "50%");
  EXPECT_EQ(Ours("%l"), "%l");
#pragma GCC diagnostic pop
}

}  // namespace
