// The one-line reason: text, numbers, and its limit.
#include "complaint.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

TEST(Complaint, JoinsWordsAndNumbers) {
  char text[80];
  Complaint(text, sizeof(text))
      .Add("a ")
      .Add(int64_t{0})
      .Add(" b ")
      .Add(-17)
      .Add(" c ")
      .Add(INT64_MIN)
      .Add("/")
      .Add(INT64_MAX);
  EXPECT_STREQ(text, "a 0 b -17 c -9223372036854775808/9223372036854775807");
}

TEST(Complaint, CutsWhatDoesNotFit) {
  char text[6];
  Complaint complaint(text, sizeof(text));
  complaint.Add("abc").Add(12345).Add("x");
  EXPECT_STREQ(text, "abc12");
}

TEST(Complaint, StartsEmpty) {
  char text[4] = "abc";
  Complaint complaint(text, sizeof(text));
  EXPECT_STREQ(text, "");
}

}  // namespace
}  // namespace earshot
