// Layers that are left running: finished by the next one, redone after a fault, and never without a block
// that allows it.
#include "kernels/mvp/context.h"

#include "captured_log.h"
#include "prepared_session.h"

namespace kernels::mvp {
namespace {

const std::vector<int32_t> kSizes = {64, 48, 32, 40};

class Chain : public testing::TestWithParam<app::Kernel> {
 protected:
  Chain() : model_(ChainModel(kSizes)) {
    PreparedSession first(model_, {GetParam()});
    const Variant variant = GetParam() == app::Kernel::kFast ? Variant::kFast : Variant::kBaseline;
    block_ = first.Block(variant);
    expected_ = first.Run();
    launches_ = first.driver.launches();
    cycles_ = first.driver.accelerator_cycles();
    for (size_t i = 0; i < 3; ++i) records_.push_back(first.application.layers()[i]);
    model_building::TakeLog();
  }

  std::vector<uint8_t> model_;
  std::vector<uint32_t> block_;
  std::vector<int8_t> expected_;
  uint32_t launches_;
  uint64_t cycles_;
  std::vector<app::LayerRecord> records_;
};

TEST_P(Chain, GivesTheSameBytesAndAttributesCyclesToTheirLayers) {
  PreparedSession session(model_, {GetParam(), &block_});
  std::vector<size_t> begun;  // layers, at the wait for each program
  session.faulty.on_wait = [&] { begun.push_back(session.application.layer_count()); };
  for (int run = 1; run <= 2; ++run) {
    begun.clear();
    EXPECT_EQ(session.Run(), expected_);
    const size_t last = records_[0].launches - 1;
    ASSERT_GT(begun.size(), last);
    EXPECT_EQ(begun[last], 2u) << "the next layer is made ready meanwhile";
    EXPECT_EQ(session.driver.launches(), static_cast<uint32_t>(run) * launches_);
    uint64_t sum = 0;
    ASSERT_EQ(session.application.layer_count(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      const app::LayerRecord& layer = session.application.layers()[i];
      EXPECT_EQ(layer.launches, records_[i].launches) << i;
      // Biases are read from flash instead of RAM, which costs a few cycles.
      const auto before = static_cast<double>(records_[i].accelerator_cycles);
      EXPECT_NEAR(static_cast<double>(layer.accelerator_cycles), before, 0.02 * before) << i;
      sum += layer.accelerator_cycles;
    }
    EXPECT_EQ(sum * static_cast<uint64_t>(run), session.driver.accelerator_cycles());
  }
  EXPECT_EQ(model_building::TakeLog(), "");
}

TEST_P(Chain, RedoesTheLayerWhoseProgramFailed) {
  PreparedSession reference(model_, {app::Kernel::kReference});
  const std::vector<int8_t> exact = reference.Run();
  for (uint32_t launch = 1; launch <= launches_; ++launch) {
    PreparedSession session(model_, {GetParam(), &block_, 0, launch});
    const std::vector<int8_t> output = session.Run();
    EXPECT_EQ(session.driver.faults(), 1u) << launch;
    EXPECT_EQ(session.driver.last_fault().launch, launch);
    uint32_t passed = 0;
    for (size_t i = 0; i < 3; ++i) {
      const bool failed = passed < launch && launch <= passed + records_[i].launches;
      EXPECT_EQ(session.application.layers()[i].faults, failed ? 1u : 0u) << launch << " in layer " << i;
      passed += records_[i].launches;
    }
    for (size_t i = 0; i < output.size(); ++i) EXPECT_NEAR(output[i], exact[i], 3) << launch;
    EXPECT_EQ(session.Run(), expected_) << "the run after a fault in launch " << launch;
  }
}

TEST_P(Chain, RunsOnAPartWithoutTheAccelerator) {
  PreparedSession reference(model_, {app::Kernel::kReference});
  PreparedSession session(model_, {GetParam(), &block_, 4096, 0, false});
  EXPECT_EQ(session.Run(), reference.Run());
  EXPECT_EQ(session.driver.launches(), 0u);
  EXPECT_EQ(session.application.weights_copied(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Kernels, Chain, testing::Values(app::Kernel::kBaseline, app::Kernel::kFast));

// Flags of a block's layers.
std::vector<uint32_t> Flags(const std::vector<uint32_t>& block) {
  const void* data = block.data();
  const auto* prepared = static_cast<const PreparedHeader*>(data);
  std::vector<uint32_t> flags;
  for (uint32_t i = 0; i < prepared->layer_count; ++i) flags.push_back(LayerOf(prepared, i)->flags);
  return flags;
}

TEST(ChainFlags, AreSetWhereTheNextLayerAloneReadsTheOutput) {
  EXPECT_EQ(Flags(PreparedSession(ChainModel(kSizes), {}).Block()),
            (std::vector<uint32_t>{kChained, kChained, 0}));
  EXPECT_EQ(Flags(PreparedSession(ChainModel(kSizes, true), {}).Block()),
            (std::vector<uint32_t>{kChained, 0, 0}));
  EXPECT_EQ(Flags(PreparedSession(ChainModel({8, 8}), {}).Block()), (std::vector<uint32_t>{0}));
}

TEST(Chain, KernelsWaitWithoutABlock) {
  const std::vector<uint8_t> model = ChainModel(kSizes);
  PreparedSession session(model, {});
  std::vector<size_t> begun;
  session.faulty.on_wait = [&] { begun.push_back(session.application.layer_count()); };
  session.Run();
  EXPECT_EQ(begun[session.application.layers()[0].launches - 1], 1u)
      << "nothing else is begun before the layer has ended";
}

}  // namespace
}  // namespace kernels::mvp
