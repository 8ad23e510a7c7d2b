// Prints all blocks of the virtual board as JSON: name, base, clock gate, and each register with its table
// entry and what it reads after a reset. test_register_tables.py compares that with the hardware description.
#include <cstdio>
#include <cstdlib>

#include "all_blocks.h"

namespace sim {
namespace {

// The one gate without which the block refuses, as 32 * word + bit; -1 for none.
int Gate(Clocks& clocks, Peripheral& block) {
  for (int number = 0; number < 64; ++number) {
    clocks.clken0 = clocks.clken1 = 0xFFFFFFFF;
    (number < 32 ? clocks.clken0 : clocks.clken1) &= ~(1u << number % 32);
    const uint32_t offset = block.registers().empty() ? 0 : block.registers().front().offset;
    const Refusal refusal = block.Read(offset, 4).refusal;
    clocks.clken0 = clocks.clken1 = 0xFFFFFFFF;
    if (refusal == Refusal::kNoClock) return number;
  }
  return -1;
}

const char* Name(Access access) {
  switch (access) {
    case Access::kReadWrite:
      return "RW";
    case Access::kReadOnly:
      return "R";
    default:
      return "W";
  }
}

void Print(Clocks& clocks, Peripheral& block, bool last) {
  std::printf(" {\"name\": \"%s\", \"base\": %u, \"modelled\": %s, \"gate\": %d, \"registers\": [",
              block.name(), block.base(), block.modelled() ? "true" : "false",
              block.modelled() ? Gate(clocks, block) : -1);
  const char* separator = "";
  for (const Register& entry : block.registers()) {
    block.Reset();  // the read before may have had an effect
    const uint32_t value = block.modelled() ? block.Read(entry.offset, 4).value : entry.reset;
    std::printf(
        "%s\n  {\"offset\": %u, \"name\": \"%s\", \"access\": \"%s\", \"reset\": %u, \"writable\": %u, "
        "\"value\": %u}",
        separator, entry.offset, entry.name, Name(entry.access), entry.reset, entry.writable, value);
    separator = ",";
  }
  std::printf("]}%s\n", last ? "" : ",");
}

}  // namespace
}  // namespace sim

int main() {
  sim::AllBlocks blocks;
  const std::vector<sim::Peripheral*> all = blocks.All();
  blocks.clocks.clken0 = blocks.clocks.clken1 = 0xFFFFFFFF;
  std::printf("[\n");
  for (sim::Peripheral* block : all) sim::Print(blocks.clocks, *block, block == all.back());
  std::printf("]\n");
  return EXIT_SUCCESS;
}
