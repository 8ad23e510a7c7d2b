// Commands as they arrive, and the words in them.
#include "app/benchmark/command_line.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using app::benchmark::CommandLine;
using app::benchmark::ParseHexByte;
using app::benchmark::ParseNumber;
using app::benchmark::TakeWord;

// The command that `bytes` end with; all before the last must be of that command.
std::string Take(CommandLine& line, const std::string& bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_EQ(line.Take(static_cast<uint8_t>(bytes[i])), i + 1 == bytes.size());
  }
  return std::string(line.text());
}

TEST(CommandLine, ACommandEndsWithAPercentSign) {
  CommandLine line;
  EXPECT_EQ(Take(line, "name%"), "name");
  EXPECT_EQ(Take(line, "%"), "");
  EXPECT_EQ(Take(line, "db load 2560%"), "db load 2560");
}

TEST(CommandLine, LineEndsAreNoPartOfIt) {
  CommandLine line;
  EXPECT_EQ(Take(line, "\r\nna\rme\n%"), "name");
}

TEST(CommandLine, TheLastOf80CharactersIsReplaced) {
  CommandLine line;
  const std::string start(79, 'a');
  EXPECT_EQ(Take(line, start + "b%"), start + "b");
  EXPECT_EQ(Take(line, start + "bcde%"), start + "e");
  EXPECT_EQ(Take(line, std::string(100000, 'z') + "%").size(), 80u);
  EXPECT_EQ(Take(line, "name%"), "name");
}

TEST(CommandLine, AnyByteButTheEndIsACharacter) {
  CommandLine line;
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    if (byte != '%' && byte != '\r' && byte != '\n') bytes += static_cast<char>(byte);
  }
  for (size_t at = 0; at < bytes.size(); at += 80) {
    EXPECT_EQ(Take(line, bytes.substr(at, 80) + "%"), bytes.substr(at, 80));
  }
}

TEST(TakeWord, BlanksSeparate) {
  std::string_view text = "  infer   5 10  ";
  EXPECT_EQ(TakeWord(text), "infer");
  EXPECT_EQ(TakeWord(text), "5");
  EXPECT_EQ(TakeWord(text), "10");
  EXPECT_EQ(TakeWord(text), "");
  EXPECT_EQ(TakeWord(text), "");
}

TEST(ParseNumber, TakesDecimalNumbersOnly) {
  EXPECT_EQ(ParseNumber("0"), 0);
  EXPECT_EQ(ParseNumber("-5"), -5);
  EXPECT_EQ(ParseNumber("+7"), 7);
  EXPECT_EQ(ParseNumber("002000"), 2000);
  for (const char* bad : {"", "-", "+", "5x", "x", "0x10", "1.5", "--1", " 1"}) {
    EXPECT_FALSE(ParseNumber(bad).has_value()) << bad;
  }
}

TEST(ParseNumber, HoldsLargeOnesToTheLimit) {
  EXPECT_EQ(ParseNumber("2147483647"), INT32_MAX);
  EXPECT_EQ(ParseNumber("2147483648"), INT32_MAX);
  EXPECT_EQ(ParseNumber(std::string(70, '9')), INT32_MAX);
  EXPECT_EQ(ParseNumber("-" + std::string(70, '9')), -INT32_MAX);
}

TEST(ParseHexByte, TakesTwoDigitsOfEitherCase) {
  EXPECT_EQ(ParseHexByte("00"), 0x00);
  EXPECT_EQ(ParseHexByte("aF"), 0xAF);
  EXPECT_EQ(ParseHexByte("Fa"), 0xFA);
  for (const char* bad : {"", "0", "000", "g0", "0g", "0/", ":0", "@0", "`0", "\xff\xff"}) {
    EXPECT_FALSE(ParseHexByte(bad).has_value()) << bad;
  }
}

}  // namespace
