// What differs between a program image in flash and one launch of it: addresses, a loop count, a register.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "mvp/program_image.h"
#include "mvp/registers.h"
#include "port/accelerator.h"

namespace mvp {

class Patches {
 public:
  static constexpr size_t kCapacity = 8;

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

  const port::RegisterWord* words() const { return words_.data(); }
  size_t size() const { return count_; }

 private:
  Patches& Set(size_t position, uint32_t value) {
    assert(count_ < kCapacity);
    if (count_ < kCapacity)
      words_[count_++] = {static_cast<uint32_t>(reg::ALU0_REGSTATE + 4 * position), value};
    return *this;
  }

  // Not initialized beyond `count_`: clearing all would take 62 cycles per launch.
  std::array<port::RegisterWord, kCapacity> words_;
  size_t count_ = 0;
};

}  // namespace mvp
