// CRC-32 against its published check value and what zlib.crc32 says.
#include "link/crc32.h"

#include <gtest/gtest.h>

#include <string>

namespace {

uint32_t Crc(const std::string& text) {
  return serial_link::Crc32(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

TEST(Crc32, HasTheCheckValueOfTheStandard) { EXPECT_EQ(Crc("123456789"), 0xCBF43926u); }

TEST(Crc32, AgreesWithZlib) {
  EXPECT_EQ(Crc(""), 0u);
  EXPECT_EQ(Crc(std::string(1, '\0')), 0xD202EF8Du);
  EXPECT_EQ(Crc(std::string(32, '\xFF')), 0xFF6CAB0Bu);
}

}  // namespace
