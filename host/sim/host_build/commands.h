// The commands of the host executable.
#pragma once

#include <string>

#include "host/sim/host_build/options.h"

namespace host_build {

// Runs options.count inputs through the model and writes the outputs and, where asked for, the profile.
// Nothing is written before all runs have succeeded. Throws Failure.
void RunModel(const Options& options);

// Writes the block of prepared layers of the model for options.kernel: what the image for the chip carries in
// flash. Throws Failure.
void PrepareModel(const Options& options);

// Writes what host.generate makes a static graph of (static_tables.h). Throws Failure.
void WriteTables(const Options& options);

// What the firmware makes of the model, as a JSON document. Throws Failure.
std::string DescribeModel(const Options& options);

}  // namespace host_build
