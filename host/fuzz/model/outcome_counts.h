// How often which outcome occurred.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/fuzz/model/execution.h"

namespace model_fuzzing {

// A message without what differs from file to file: numbers become N, lines are joined by "; ".
std::string MessageClass(const std::string& message);

class OutcomeCounts {
 public:
  explicit OutcomeCounts(const std::vector<Seed>& seeds);

  void Add(size_t seed, Kernels kernels, const Outcome& outcome);

  // {"executions", "ran", "kernels": [{"name", "ran", "programs"}], "seeds": [{"name", "executions", "ran"}],
  // "messages": [{"stage", "message", "count"}]}
  std::string Json() const;

 private:
  struct SeedCount {
    std::string name;
    uint64_t executions = 0;
    uint64_t ran = 0;
  };

  struct KernelCount {
    uint64_t ran = 0;
    uint64_t programs = 0;
  };

  std::vector<SeedCount> seeds_;
  std::map<Kernels, KernelCount> kernels_;  // of second runs
  std::map<std::pair<Stage, std::string>, uint64_t> messages_;
};

}  // namespace model_fuzzing
