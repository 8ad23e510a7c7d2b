// Damaged files: the same for the same numbers, of all kinds, and without harm to the fuzzer itself.
#include "host/fuzz/model/mutation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "model_spec.h"

namespace {

using model_building::BuildModel;
using model_building::SmallModel;
using model_fuzzing::Bytes;
using model_fuzzing::FindSites;
using model_fuzzing::Mutate;
using model_fuzzing::RandomSource;
using model_fuzzing::Seed;

Seed MakeSeed(const std::string& name, const Bytes& bytes) { return {name, bytes, FindSites(bytes)}; }

TEST(RandomSource, DependsOnSeedAndExecution) {
  RandomSource random(0, 0);
  RandomSource same(0, 0);
  RandomSource next(0, 1);
  const uint64_t first = random.Next();
  EXPECT_EQ(first, same.Next());
  EXPECT_NE(first, next.Next());
  EXPECT_EQ(RandomSource(1, 2).Below(0), 0u);
}

TEST(Mutation, IsTheSameForTheSameNumbers) {
  const std::vector<Seed> seeds = {MakeSeed("small", BuildModel(SmallModel()))};
  for (uint64_t number = 0; number < 100; ++number) {
    RandomSource a(3, number);
    RandomSource b(3, number);
    EXPECT_EQ(Mutate(seeds, 0, a), Mutate(seeds, 0, b));
  }
}

TEST(Mutation, MakesFilesOfAllKinds) {
  const std::vector<Seed> seeds = {MakeSeed("small", BuildModel(SmallModel()))};
  const Bytes& whole = seeds[0].bytes;
  std::set<Bytes> different;
  size_t shorter = 0;
  size_t longer = 0;
  std::set<size_t> changed;  // first bytes that differ
  for (uint64_t number = 0; number < 5000; ++number) {
    RandomSource random(1, number);
    const Bytes bytes = Mutate(seeds, 0, random);
    different.insert(bytes);
    shorter += bytes.size() < whole.size();
    longer += bytes.size() > whole.size();
    EXPECT_LE(bytes.size(), whole.size() + 4096);
    if (bytes.size() != whole.size() || bytes == whole) continue;
    changed.insert(
        static_cast<size_t>(std::mismatch(bytes.begin(), bytes.end(), whole.begin()).first - bytes.begin()));
  }
  EXPECT_GT(different.size(), 3000u);
  EXPECT_GT(shorter, 50u);
  EXPECT_GT(longer, 50u);
  EXPECT_GT(changed.size(), whole.size() / 4);
}

TEST(Mutation, TakesSeedsThatAreNoModels) {
  const std::vector<Seed> seeds = {MakeSeed("short", Bytes(8, 0xFF)), MakeSeed("long", Bytes(5000, 1)),
                                   MakeSeed("odd", Bytes(9, 0))};
  for (uint64_t number = 0; number < 20000; ++number) {
    RandomSource random(1, number);
    EXPECT_LE(Mutate(seeds, number % 3, random).size(), 5000u + 4096u);
  }
}

}  // namespace
