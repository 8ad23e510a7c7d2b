// Cycle models of the accelerator as named parameter sets; each parameter says what it rests on.
#pragma once

#include <cstdint>
#include <string_view>

namespace mvp_model {

// All in cycles of the accelerator's clock. Sections are those of the MVP reference notes.
struct CycleModel {
  std::string_view name;

  // From START to the issue of the first instruction. Published pooling rows fit 14 exactly (5.1).
  uint32_t launch;

  // Each issued instruction; loop marks and index updates are free (5.2 rule 1, exact in pooling rows).
  uint32_t issue;

  // Extra when X or Y is the Z of the instruction before; A is free (5.2 rule 2, exact in the vendor's
  // simulator).
  uint32_t xy_dependency;

  // Extra when an instruction that stores less than a word is directly followed by one that loads (5.2 rule
  // 3): with launch = 14 and n - 1 such pairs, "add" of n pairs costs 7n + 12, as published. Full-word stores
  // are free (the published pre-scale loop stores a word per cycle).
  uint32_t store_to_load;

  // Time for which a word occupies its load stream. A stream reads one word ahead of the instructions: the
  // next fetch begins when the word before it is first used (5.4, reading F). 3 for flash makes convolution's
  // inner loop 1.5 cycles per pair and leaves the fully connected one (a weight word per 6 cycles) unslowed,
  // as published.
  uint32_t ram_word;
  uint32_t flash_word;

  // Arrival of a stream's first word from flash, counted from the end of the launch; words in RAM arrive
  // during the launch. 5 makes fully connected layers cost 1.5*k*n + 6n + 16, as published (range 14 to 23
  // for such layers).
  uint32_t first_flash_word;

  // For how long an instruction in which both load streams fetch a word holds up the next one (5.4, reading
  // S). 1 makes convolution's inner loop 1 and 2 cycles by turns, as published. It overlaps with waits that
  // the next instruction has anyway: fully connected, "add" and depthwise loops have two such fetches before
  // an X dependency and are published without any extra.
  uint32_t both_miss;
};

// What the vendor's closed simulator counts: issue and X/Y dependencies, nothing else.
inline constexpr CycleModel kVendorSim{"vendor-sim", 0, 1, 1, 0, 0, 0, 0, 0};

// The published device figures, under the reading that a flash word occupies its stream for 3 cycles (F). The
// default.
inline constexpr CycleModel kDeviceFlash{"device-flash", 14, 1, 1, 2, 1, 3, 5, 0};

// The same figures, under the reading that flash is as fast as RAM and two fetches at once cost a cycle (S).
// A program with its weights in RAM would tell them apart on silicon. The first flash word keeps its latency:
// the published fully connected layers need it under either.
inline constexpr CycleModel kDeviceBothMiss{"device-bothmiss", 14, 1, 1, 2, 1, 1, 5, 1};

inline constexpr const CycleModel* kCycleModels[] = {&kVendorSim, &kDeviceFlash, &kDeviceBothMiss};

// The set with this name, or nullptr.
const CycleModel* FindCycleModel(std::string_view name);

}  // namespace mvp_model
