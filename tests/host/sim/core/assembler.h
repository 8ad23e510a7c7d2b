// Assembly for the core to bytes and symbols, with the toolchain that also builds the firmware.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

struct Assembled {
  std::vector<uint8_t> bytes;               // from `base` on
  std::map<std::string, uint32_t> symbols;  // without the Thumb bit
};

// GNU syntax, Cortex-M33 with FPU, linked to `base`. Ends the test program with a message where it does not
// assemble.
Assembled Assemble(const std::string& source, uint32_t base);
