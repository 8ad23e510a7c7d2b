// Random accesses, aligned and not, to the serial, pin, flash and accelerator blocks: nothing crashes, what
// is refused is no register, and two boards that are treated alike stay alike.
#include <random>

#include "host/sim/peripherals/eusart.h"
#include "host/sim/peripherals/gpio.h"
#include "host/sim/peripherals/msc.h"
#include "host/sim/peripherals/mvp_block.h"
#include "workbench.h"

namespace sim {
namespace {

struct Blocks {
  Workbench bench;
  Gpio gpio{bench.surroundings};
  Eusart eusart0{bench.surroundings, 0, gpio};
  Eusart eusart1{bench.surroundings, 1, gpio};
  ClockTree tree{bench.surroundings, 39'000'000};
  Msc msc{bench.surroundings, tree};
  MvpBlock mvp{bench.surroundings, "device-flash"};

  Blocks() { bench.OpenClocks(); }

  Peripheral& Pick(uint32_t number) {
    Peripheral* const all[] = {&gpio, &eusart0, &eusart1, &msc, &mvp};
    return *all[number % 5];
  }
  std::vector<uint8_t> State() {
    std::vector<uint8_t> bytes;
    Saver saver(bytes);
    bench.scheduler.Serialize(saver);
    for (uint32_t n = 0; n < 5; ++n) Pick(n).Save(saver);
    bytes.insert(bytes.end(), bench.memories.flash.begin(), bench.memories.flash.end());
    bytes.insert(bytes.end(), bench.memories.ram.begin(), bench.memories.ram.end());
    return bytes;
  }
};

// One access or a wait; most go to real registers with values that do something.
void Act(Blocks& blocks, std::mt19937& random) {
  Peripheral& block = blocks.Pick(random());
  const uint32_t kind = random() % 16;
  uint32_t offset = random() % 0x4000;
  if (kind > 2) offset = random() % 4 << 12 | (random() % 0x740 & ~3u);
  const unsigned size = kind == 3 ? 1u << random() % 3 : 4;
  const uint32_t value = random() % 2 != 0 ? 1u << random() % 32 : static_cast<uint32_t>(random());
  if (kind < 8) {
    block.Read(offset, size);
  } else if (kind < 15) {
    block.Write(offset, size, value);
  } else {
    blocks.bench.Wait(random() % 5000);
    const uint8_t byte = static_cast<uint8_t>(value);
    if (random() % 4 == 0) blocks.eusart0.Send(&byte, 1, random() % 3 * 57600);
    blocks.gpio.SetInput({static_cast<uint8_t>(random() % 5), static_cast<uint8_t>(random() % 12)},
                         value % 2 != 0);
  }
}

TEST(RandomAccess, NothingCrashesAndRunsRepeat) {
  Blocks one, two;
  std::mt19937 random_one(1), random_two(1);
  for (int i = 0; i < 200'000; ++i) Act(one, random_one);
  for (int i = 0; i < 200'000; ++i) Act(two, random_two);
  EXPECT_TRUE(one.State() == two.State());
}

}  // namespace
}  // namespace sim
