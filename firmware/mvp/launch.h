// One launch of a program: its image in flash, and what differs from it: addresses, a loop count, a register.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "mvp/program_image.h"
#include "mvp/registers.h"
#include "port/accelerator.h"

namespace mvp {

// Made of plain words, so that all of it can be made while another program runs.
class Launch {
 public:
  explicit Launch(const Program& program) {
    const uint32_t* const image = program.image().words.data();
    words_.blocks[0] = {reg::ALU0_REGSTATE, image, program.leading_words()};
    words_.blocks[1] = {reg::ALU0_REGSTATE + 4 * kInstrWord, image + kInstrWord, program.instruction_words()};
    words_.command = {reg::CMD, image[kCmdWord]};
    // Flags are sticky across programs. Cleared here rather than at the end of each, they cannot be late.
    words_.words[0] = {reg::IF + reg::CLR, IF_ALL};
    words_.word_count = 1;
  }

  // Points array `array` to another address, which must be aligned for its elements.
  Launch& Address(ArrayId array, uint32_t address) { return Set(AddressPosition(array), address); }

  // Changes how often a loop of `program`, the same as in the constructor, runs; 1..1024.
  Launch& Iterations(const Program& program, LoopId loop, uint32_t iterations) {
    assert(CheckIterations(iterations).ok());
    const size_t position = LoopPosition(loop);
    return Set(position, WithIterations(program.image().words[position], iterations));
  }

  // Replaces the start value of an ALU register; both lanes as binary16 bits.
  Launch& Register(RegisterId reg, uint16_t real, uint16_t imag) {
    return Set(RegisterPosition(reg), RegisterWord(real, imag));
  }

  const port::LaunchWords& words() const { return words_; }

 private:
  Launch& Set(size_t position, uint32_t value) {
    assert(words_.word_count < port::LaunchWords::kMaxWords);
    const auto offset = static_cast<uint32_t>(reg::ALU0_REGSTATE + 4 * position);
    if (words_.word_count < port::LaunchWords::kMaxWords) words_.words[words_.word_count++] = {offset, value};
    return *this;
  }

  // Not initialized beyond word_count: clearing it took 62 cycles.
  port::LaunchWords words_;
};

}  // namespace mvp
