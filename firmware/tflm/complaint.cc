// One line of text that says why a model is refused.
#include "complaint.h"

namespace earshot {

Complaint& Complaint::Add(const char* words) {
  while (*words != '\0' && length_ + 1 < size_) text_[length_++] = *words++;
  text_[length_] = '\0';
  return *this;
}

Complaint& Complaint::Add(int64_t number) {
  char digits[21];
  size_t first = sizeof(digits) - 1;
  digits[first] = '\0';
  uint64_t rest = number < 0 ? ~static_cast<uint64_t>(number) + 1 : static_cast<uint64_t>(number);
  do {
    digits[--first] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (number < 0) digits[--first] = '-';
  return Add(&digits[first]);
}

}  // namespace earshot
