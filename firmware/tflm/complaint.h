// One line of text that says why a model is refused, put together without printf and without a heap.
#pragma once

#include <cstddef>
#include <cstdint>

namespace earshot {

class Complaint {
 public:
  // `text` [size] receives the line, cut off where it does not fit; always terminated.
  Complaint(char* text, size_t size) : text_(text), size_(size) { text_[0] = '\0'; }

  Complaint& Add(const char* words);
  Complaint& Add(int64_t number);

  // For a check that fails with what was added.
  bool Refuse() const { return false; }

 private:
  char* text_;
  size_t size_;
  size_t length_ = 0;
};

}  // namespace earshot
