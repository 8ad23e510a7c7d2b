// The JSON documents of the host executable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "host/sim/host_build/options.h"
#include "host/sim/host_build/session.h"

namespace host_build {

// A layer over all runs.
struct LayerHistory {
  std::string opcode;                        // lower case
  uint32_t launches = 0;                     // programs in the last run
  uint64_t faults = 0;                       // programs in all runs that faulted or timed out
  std::vector<uint64_t> accelerator_cycles;  // one per run
};

std::string ProfileDocument(const Options& options, Session& session,
                            const std::vector<LayerHistory>& layers);

// `tflite_model` is the file that `session` has loaded.
std::string DescribeDocument(Session& session, const uint8_t* tflite_model);

// As "fully_connected" for FULLY_CONNECTED.
std::string LowerCase(const char* opcode);

}  // namespace host_build
