// A serial line in memory: what a person types, and what comes back.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "port/serial.h"

class FakeSerial final : public port::Serial {
 public:
  void Write(const char* bytes, size_t count) override { written_.append(bytes, count); }

  int Read() override {
    if (typed_.empty()) return -1;
    const auto byte = static_cast<unsigned char>(typed_.front());
    typed_.pop_front();
    return byte;
  }

  void Type(const std::string& text) { typed_.insert(typed_.end(), text.begin(), text.end()); }

  // What was written since the last call.
  std::string Take() {
    std::string text;
    text.swap(written_);
    return text;
  }

 private:
  std::deque<char> typed_;
  std::string written_;
};
