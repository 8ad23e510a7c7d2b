// Blocks that are known by name only, and one with nothing but a version.
#include "host/sim/peripherals/stubs.h"

#include <set>
#include <string>

#include "host/sim/peripherals/fsrco.h"
#include "workbench.h"

namespace sim {
namespace {

TEST(StubsTest, EveryAccessIsRefused) {
  Workbench bench;
  std::set<uint32_t> bases;
  std::set<std::string> names;
  for (const auto& stub : MakeStubs(bench.surroundings)) {
    EXPECT_FALSE(stub->modelled());
    for (const unsigned size : {1u, 4u}) {
      EXPECT_EQ(stub->Read(0, size).refusal, Refusal::kNotModelled) << stub->name();
      EXPECT_EQ(stub->Write(0x1004, size, 1).refusal, Refusal::kNotModelled) << stub->name();
    }
    EXPECT_TRUE(bases.insert(stub->base()).second) << stub->name();
    names.insert(stub->name());
  }
  EXPECT_EQ(names.count("LDMA"), 1u);
  EXPECT_EQ(names.count("LDMAXBAR"), 1u);
}

TEST(FsrcoTest, HasAVersion) {
  Workbench bench;
  Fsrco fsrco(bench.surroundings);
  EXPECT_EQ(Get(fsrco, 0), 0u);
}

}  // namespace
}  // namespace sim
