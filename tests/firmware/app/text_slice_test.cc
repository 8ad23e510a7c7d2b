// Parts of a text.
#include "app/text_slice.h"

#include <gtest/gtest.h>

#include <string>

namespace {

std::string Slice(size_t offset, size_t capacity) {
  std::string bytes(capacity, '\0');
  app::TextSlice slice(offset, bytes.data(), capacity);
  for (const std::string part : {"abc", "", "defg", "h"}) slice.Write(part.data(), part.size());
  return bytes.substr(0, slice.size());
}

TEST(TextSlice, KeepsWhatLiesInIt) {
  const std::string text = "abcdefgh";
  for (size_t offset = 0; offset < 12; ++offset) {
    for (size_t capacity = 0; capacity < 12; ++capacity) {
      ASSERT_EQ(Slice(offset, capacity), offset > 8 ? "" : text.substr(offset, capacity));
    }
  }
}

}  // namespace
