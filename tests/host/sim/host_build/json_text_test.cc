// Pieces of JSON: arrays, strings, and lines that were joined.
#include "host/sim/host_build/json_text.h"

#include <gtest/gtest.h>

namespace host_build {
namespace {

TEST(JsonText, ArraysJoinTheirElements) {
  EXPECT_EQ(JsonArray({}), "[]");
  EXPECT_EQ(JsonArray({"1"}), "[1]");
  EXPECT_EQ(JsonArray({"1", "\"two\"", "[3]"}), "[1, \"two\", [3]]");
}

TEST(JsonText, StringsNeedNoEscapes) {
  EXPECT_EQ(JsonQuoted(""), "\"\"");
  EXPECT_EQ(JsonQuoted("layer 1 ~"), "\"layer 1 ~\"");
  EXPECT_EQ(JsonQuoted("a\"b\\c\n\x7f\xc3\xa9"), "\"a?b?c????\"");
}

TEST(JsonText, LinesAreWhatASemicolonAndASpaceJoin) {
  EXPECT_EQ(Lines(""), std::vector<std::string>{});
  EXPECT_EQ(Lines("one"), std::vector<std::string>{"one"});
  EXPECT_EQ(Lines("one; two;three; "), (std::vector<std::string>{"one", "two;three"}));
}

}  // namespace
}  // namespace host_build
