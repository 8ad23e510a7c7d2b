// What differs between a program image in flash and one launch of it: addresses, a loop count, a register.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "mvp/program_image.h"

namespace mvp {

class Patches {
 public:
  static constexpr size_t kCapacity = 8;

  struct Word {
    uint32_t position;  // in the image
    uint32_t value;
  };

  // Points array `array` to another address, which must be aligned for its elements.
  Patches& Address(ArrayId array, uint32_t address) { return Set(AddressPosition(array), address); }

  // Changes how often a loop of `image` runs; 1..1024.
  Patches& Iterations(const ProgramImage& image, LoopId loop, uint32_t iterations) {
    assert(CheckIterations(iterations).ok());
    const size_t position = LoopPosition(loop);
    return Set(position, WithIterations(image.words[position], iterations));
  }

  // Replaces the start value of an ALU register; both lanes as binary16 bits.
  Patches& Register(RegisterId reg, uint16_t real, uint16_t imag) {
    return Set(RegisterPosition(reg), RegisterWord(real, imag));
  }

  const Word* begin() const { return words_.data(); }
  const Word* end() const { return words_.data() + count_; }

 private:
  Patches& Set(size_t position, uint32_t value) {
    assert(count_ < kCapacity);
    if (count_ < kCapacity) words_[count_++] = {static_cast<uint32_t>(position), value};
    return *this;
  }

  std::array<Word, kCapacity> words_{};
  size_t count_ = 0;
};

}  // namespace mvp
