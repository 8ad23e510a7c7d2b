// The block of prepared layers: what is refused, what is taken, and what it saves.
#include "kernels/mvp/prepared_model.h"

#include "captured_log.h"
#include "prepared_session.h"

namespace kernels::mvp {
namespace {

class Prepared : public testing::Test {
 protected:
  Prepared()
      : model_(ChainModel({64, 33, 32})), placed_(model_), block_(PreparedSession(model_, {}).Block()) {
    model_building::TakeLog();
  }

  // The reason of a refusal; "" when the block is taken.
  std::string Check(const std::vector<uint32_t>& block) {
    const char* reason = "";
    const void* data = block.data();
    const PreparedHeader* prepared =
        CheckPrepared(data, 4 * block.size(), placed_.data(), placed_.size(), &reason);
    EXPECT_EQ(prepared, *reason == '\0' ? data : nullptr);
    return reason;
  }

  std::vector<uint8_t> model_;
  model_building::PlacedModel placed_;
  std::vector<uint32_t> block_;
};

TEST_F(Prepared, BlockOfTheModelIsTaken) { EXPECT_EQ(Check(block_), ""); }

TEST_F(Prepared, OtherBlocksAreRefusedWithAReason) {
  std::vector<uint32_t> other = block_;
  other[0] ^= 1;
  EXPECT_EQ(Check(other), "the prepared layers are damaged or cut off");
  other = block_;
  other[1] += 1;
  EXPECT_EQ(Check(other), "the prepared layers are of another version");
  EXPECT_EQ(Check(PreparedSession(ChainModel({64, 33, 32}, false, 2), {}).Block()),
            "the prepared layers belong to another model");
  other = block_;
  other.pop_back();
  EXPECT_EQ(Check(other), "the prepared layers are damaged or cut off");
  EXPECT_EQ(Check({}), "the prepared layers are damaged or cut off");
}

TEST_F(Prepared, NoOffsetOrCountLeadsOutOfTheBlock) {
  const size_t first_contents = 8 + 2 * 4;  // behind header and layers
  for (size_t i = 4; i < first_contents; ++i) {
    for (const uint32_t value : {0u, 2u, 31u, 0x7FFFFFF0u, 0xFFFFFFFCu, 0xFFFFFFFFu}) {
      std::vector<uint32_t> other = block_;
      other[i] = value;
      const char* reason = "";
      const PreparedHeader* prepared =
          CheckPrepared(other.data(), 4 * other.size(), placed_.data(), placed_.size(), &reason);
      if (prepared == nullptr) continue;
      // Accepted: then everything can be read, which a sanitizer watches.
      for (uint32_t k = 0; k < prepared->layer_count; ++k) {
        const PreparedLayer& layer = *LayerOf(prepared, k);
        for (uint32_t n = 0; n < layer.part_count; ++n) {
          const PreparedPart& part = PartsOf(prepared, layer)[n];
          const bool image = IsImage(static_cast<PartRole>(part.role));
          const auto* bytes = static_cast<const uint8_t*>(ContentsOf(prepared, part));
          volatile uint8_t last = part.count == 0 ? 0 : bytes[part.count * (image ? 4 : 2) - 1];
          static_cast<void>(last);
        }
      }
    }
  }
}

TEST_F(Prepared, ImagesAndTablesLeaveTheArena) {
  PreparedSession arena(model_, {});
  PreparedSession flash(model_, {app::Kernel::kFast, &block_});
  EXPECT_EQ(flash.Run(), arena.Run());
  // Two layers with two images each, and a bias of two bytes per output.
  EXPECT_LE(flash.application.arena_used_bytes() + 4 * 276 + 2 * (33 + 32),
            arena.application.arena_used_bytes());
  EXPECT_EQ(flash.Block(), block_) << "what is found in flash is what would be built";
  EXPECT_EQ(model_building::TakeLog(), "");
}

TEST_F(Prepared, LayersOfAnotherFirmwareArePreparedAgainAndNotChained) {
  std::vector<uint32_t> other = block_;
  other.back() ^= 1;  // in the last layer's rows program
  PreparedSession session(model_, {app::Kernel::kFast, &other});
  EXPECT_EQ(model_building::TakeLog(),
            "accelerated layer 1 was prepared for another firmware: prepared again in RAM\r\n");
  PreparedSession arena(model_, {});
  EXPECT_EQ(session.Run(), arena.Run());
}

// The number of the operator is compared with the one that runs, not only the order of the calls.
TEST_F(Prepared, LayersOfOtherOperatorsArePreparedAgain) {
  constexpr size_t kHeaderWords = 8, kLayerWords = 4;
  PreparedSession arena(model_, {});
  for (const uint32_t node : {1u, 7u, 0xFFFFFFFFu}) {
    std::vector<uint32_t> other = block_;
    ASSERT_EQ(other[kHeaderWords], 0u);
    ASSERT_EQ(other[kHeaderWords + kLayerWords], 1u);
    other[kHeaderWords] = node;
    PreparedSession session(model_, {app::Kernel::kFast, &other});
    EXPECT_EQ(model_building::TakeLog().find("accelerated layer 0 computes tensor 3, but was prepared as "
                                             "operator " +
                                             std::to_string(node) + ": prepared again in RAM"),
              0u);
    EXPECT_EQ(session.Run(), arena.Run());
  }
}

TEST_F(Prepared, BlockOfAnotherKernelIsNotUsed) {
  PreparedSession session(model_, {app::Kernel::kBaseline, &block_});
  EXPECT_NE(model_building::TakeLog().find("was prepared for another firmware"), std::string::npos);
  PreparedSession arena(model_, {app::Kernel::kBaseline});
  EXPECT_EQ(session.Run(), arena.Run());
}

TEST_F(Prepared, BlockOfAnotherModelIsReported) {
  const std::vector<uint32_t> other = PreparedSession(ChainModel({64, 33, 32}, false, 2), {}).Block();
  PreparedSession session(model_, {app::Kernel::kFast, &other});
  EXPECT_EQ(model_building::TakeLog(),
            "the prepared layers belong to another model: prepared again in RAM\r\n");
}

TEST_F(Prepared, WeightsInRamGiveTheSameBytesInFewerCycles) {
  PreparedSession flash(model_, {app::Kernel::kFast, &block_});
  PreparedSession ram(model_, {app::Kernel::kFast, &block_, 64 * 33 + 33 * 32 + 16});
  EXPECT_EQ(ram.application.weights_copied(), 2u);
  EXPECT_EQ(ram.Run(), flash.Run());
  EXPECT_LT(ram.driver.accelerator_cycles() * 10, flash.driver.accelerator_cycles() * 9);
}

}  // namespace
}  // namespace kernels::mvp
