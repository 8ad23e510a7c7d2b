// Damages models: bits, words, offsets, counts, lengths, parts of one model in another, and what models say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/fuzz/model/model_sites.h"
#include "host/fuzz/model/random_source.h"

namespace model_fuzzing {

// A model to start from.
struct Seed {
  std::string name;
  Bytes bytes;
  ModelSites sites;
};

// Seed `which` with one to six damages drawn from `random`; `seeds` are what parts are taken from. Half of
// the files are damaged in what they say only (a dimension, an index, an option), so that most of them are
// whole FlatBuffers. The result is at most 4 KiB longer than the seed, and may be empty.
Bytes Mutate(const std::vector<Seed>& seeds, size_t which, RandomSource& random);

}  // namespace model_fuzzing
