// A printf of integers and strings.
#include "app/format.h"

#include <cstring>

namespace app {
namespace {

enum class Length { kInt, kLong, kLongLong, kSize };

struct Conversion {
  Length length;
  char letter;       // d, u, x, s …; '\0' at the end of the format
  const char* rest;  // what follows it
};

// Parses what follows a percent sign.
Conversion Parse(const char* format) {
  Conversion result{Length::kInt, '\0', format};
  const char* next = format;
  while (*next != '\0' && std::strchr("-+ #0123456789.", *next) != nullptr) ++next;
  for (;; ++next) {
    if (*next == 'l') {
      result.length = result.length == Length::kLong ? Length::kLongLong : Length::kLong;
    } else if (*next == 'z' || *next == 't') {
      result.length = Length::kSize;
    } else if (*next == 'j') {
      result.length = Length::kLongLong;
    } else if (*next != 'h') {
      break;  // hh and h: the argument has been promoted to int
    }
  }
  result.letter = *next;
  result.rest = *next == '\0' ? next : next + 1;
  return result;
}

int64_t SignedArgument(Length length, va_list* arguments) {
  switch (length) {
    case Length::kLong:
      return va_arg(*arguments, long);
    case Length::kLongLong:
      return va_arg(*arguments, long long);
    case Length::kSize:
      return va_arg(*arguments, ptrdiff_t);
    case Length::kInt:
      break;
  }
  return va_arg(*arguments, int);
}

uint64_t UnsignedArgument(Length length, va_list* arguments) {
  switch (length) {
    case Length::kLong:
      return va_arg(*arguments, unsigned long);
    case Length::kLongLong:
      return va_arg(*arguments, unsigned long long);
    case Length::kSize:
      return va_arg(*arguments, size_t);
    case Length::kInt:
      break;
  }
  return va_arg(*arguments, unsigned);
}

void PutSigned(Text& text, int64_t value) {
  if (value < 0) text.Put('-');
  // Negated as unsigned: the lowest value has no positive counterpart.
  text.Decimal(value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value));
}

void PutHex(Text& text, uint64_t value) {
  int shift = 60;
  while (shift > 0 && value >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) text.Put("0123456789abcdef"[value >> shift & 0xF]);
}

// False when the conversion is none of ours.
bool PutArgument(Text& text, const Conversion& conversion, va_list* arguments) {
  switch (conversion.letter) {
    case 'd':
    case 'i':
      PutSigned(text, SignedArgument(conversion.length, arguments));
      return true;
    case 'u':
      text.Decimal(UnsignedArgument(conversion.length, arguments));
      return true;
    case 'x':
    case 'X':
      PutHex(text, UnsignedArgument(conversion.length, arguments));
      return true;
    case 'p':
      text.Put("0x");
      PutHex(text, reinterpret_cast<uintptr_t>(va_arg(*arguments, void*)));
      return true;
    case 'c':
      text.Put(static_cast<char>(va_arg(*arguments, int)));
      return true;
    case 's': {
      const char* string = va_arg(*arguments, const char*);
      text.Put(string == nullptr ? "(null)" : string);
      return true;
    }
    case '%':
      text.Put('%');
      return true;
    default:
      return false;
  }
}

}  // namespace

void Format(Text& text, const char* format, va_list arguments) {
  va_list remaining;
  va_copy(remaining, arguments);
  for (const char* next = format; *next != '\0';) {
    if (*next != '%') {
      text.Put(*next++);
      continue;
    }
    const Conversion conversion = Parse(next + 1);
    if (!PutArgument(text, conversion, &remaining)) {
      text.Put(next);
      break;
    }
    next = conversion.rest;
  }
  va_end(remaining);
}

}  // namespace app
