// One run of the assembler for each source, in a folder of its own under the system's temporary folder.
#include "tests/host/sim/core/assembler.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace {

void Run(const std::string& command) {
  if (std::system(command.c_str()) == 0) return;
  std::fprintf(stderr, "failed: %s\n", command.c_str());
  std::abort();
}

std::string Hex(uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", value);
  return text;
}

}  // namespace

Assembled Assemble(const std::string& source, uint32_t base) {
  char folder[] = "/tmp/earshot-assembler-XXXXXX";
  if (mkdtemp(folder) == nullptr) std::abort();
  const std::string at = folder;
  std::ofstream(at + "/a.s") << ".syntax unified\n.thumb\n.text\n" << source << "\n";
  Run("arm-none-eabi-as -mcpu=cortex-m33 -mfpu=fpv5-sp-d16 -mfloat-abi=hard -o " + at + "/a.o " + at +
      "/a.s");
  Run("arm-none-eabi-ld -Ttext=" + Hex(base) + " -e " + Hex(base) + " -o " + at + "/a.elf " + at + "/a.o");
  Run("arm-none-eabi-objcopy -O binary -j .text " + at + "/a.elf " + at + "/a.bin");
  Run("arm-none-eabi-nm " + at + "/a.elf > " + at + "/a.sym");
  Assembled made;
  std::ifstream binary(at + "/a.bin", std::ios::binary);
  made.bytes.assign(std::istreambuf_iterator<char>(binary), {});
  std::ifstream symbols(at + "/a.sym");
  for (std::string line; std::getline(symbols, line);) {
    std::istringstream words(line);
    std::string address, kind, name;
    if (words >> address >> kind >> name) {
      made.symbols[name] = static_cast<uint32_t>(std::stoul(address, nullptr, 16)) & ~1U;
    }
  }
  std::filesystem::remove_all(at);
  return made;
}
