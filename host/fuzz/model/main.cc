// The fuzzer's program: runs damaged models one after the other; host/fuzz/model_fuzzer.py starts it.
//
// run SEED FIRST COUNT POSITION MODEL…: executes FIRST to FIRST + COUNT - 1. The file POSITION holds the
// number
//   of the present execution at any time (8 bytes, little-endian), and so tells which one ended the program.
//   Prints the counts as JSON. A violation is one line on standard error and exit status 1; an execution
//   that takes more than 10 s of the processor ends the program by SIGVTALRM.
// write SEED NUMBER MODEL…: prints the file of that execution.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "host/fuzz/model/execution.h"
#include "host/fuzz/model/mutation.h"
#include "host/fuzz/model/outcome_counts.h"

namespace model_fuzzing {
namespace {

constexpr long kMostSeconds = 10;
constexpr int kUsage = 2;

struct Trial {
  size_t seed;  // number of the seed
  Bytes model;
  Settings settings;
};

// The first executions are the seeds as they are; small arenas and other modes come now and then.
Trial MakeTrial(const std::vector<Seed>& seeds, uint64_t seed, uint64_t number) {
  if (number < seeds.size()) return {static_cast<size_t>(number), seeds[number].bytes, {}};
  RandomSource random(seed, number);
  const size_t which = random.Below(seeds.size());
  Trial trial = {which, Mutate(seeds, which, random), {}};
  if (random.OneIn(16)) trial.settings.arena_bytes = random.Below(4096);
  trial.settings.preserve_all_tensors = random.OneIn(8);
  trial.settings.keep_inputs = random.OneIn(2);
  trial.settings.input_seed = random.Next();
  trial.settings.kernels = kAllKernels[random.Below(std::size(kAllKernels))];
  constexpr uint8_t kFills[] = {0xA5, 0x00, 0x7F, 0x80};
  trial.settings.fill = kFills[random.Below(std::size(kFills))];
  return trial;
}

bool ReadSeeds(int count, char** paths, std::vector<Seed>* seeds) {
  for (int i = 0; i < count; ++i) {
    std::ifstream file(paths[i], std::ios::binary);
    Seed seed;
    seed.name = std::filesystem::path(paths[i]).stem();
    seed.bytes.assign(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || seed.bytes.size() < 8) {
      std::fprintf(stderr, "error: cannot read %s, or it is no model\n", paths[i]);
      return false;
    }
    seed.sites = FindSites(seed.bytes);
    seeds->push_back(std::move(seed));
  }
  return count > 0;
}

// The number of the present execution in a file, which outlives the program.
uint64_t* MapPosition(const char* path) {
  const int file = open(path, O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, sizeof(uint64_t)) != 0) return nullptr;
  void* memory = mmap(nullptr, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return memory == MAP_FAILED ? nullptr : static_cast<uint64_t*>(memory);
}

int RunTrials(const std::vector<Seed>& seeds, uint64_t seed, uint64_t first, uint64_t count,
              const char* position_path) {
  volatile uint64_t* position = MapPosition(position_path);
  if (position == nullptr) {
    std::fprintf(stderr, "error: cannot write %s\n", position_path);
    return kUsage;
  }
  const itimerval limit = {{0, 0}, {kMostSeconds, 0}};
  OutcomeCounts counts(seeds);
  for (uint64_t number = first; number < first + count; ++number) {
    *position = number;
    setitimer(ITIMER_VIRTUAL, &limit, nullptr);
    const Trial trial = MakeTrial(seeds, seed, number);
    const Outcome outcome = Execute(trial.model, trial.settings);
    if (!outcome.violation.empty()) {
      std::fprintf(stderr, "violation: %s\n", outcome.violation.c_str());
      return EXIT_FAILURE;
    }
    counts.Add(trial.seed, trial.settings.kernels, outcome);
  }
  std::puts(counts.Json().c_str());
  return EXIT_SUCCESS;
}

int Main(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  const int fixed = verb == "run" ? 6 : verb == "write" ? 4 : argc;
  std::vector<Seed> seeds;
  if (argc <= fixed) {
    std::fprintf(stderr, "usage: run SEED FIRST COUNT POSITION MODEL… | write SEED NUMBER MODEL…\n");
    return kUsage;
  }
  if (!ReadSeeds(argc - fixed, argv + fixed, &seeds)) return kUsage;
  const uint64_t seed = std::strtoull(argv[2], nullptr, 10);
  const uint64_t first = std::strtoull(argv[3], nullptr, 10);
  if (verb == "run") return RunTrials(seeds, seed, first, std::strtoull(argv[4], nullptr, 10), argv[5]);
  const Bytes model = MakeTrial(seeds, seed, first).model;
  return std::fwrite(model.data(), 1, model.size(), stdout) == model.size() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace model_fuzzing

int main(int argc, char** argv) { return model_fuzzing::Main(argc, argv); }
