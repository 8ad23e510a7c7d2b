// Whether the fuzzer finds a model's parts in a file.
#include "host/fuzz/model/model_sites.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "model_spec.h"

namespace {

using model_building::BuildModel;
using model_building::SmallModel;
using model_fuzzing::FindOffsets;
using model_fuzzing::FindSites;
using model_fuzzing::ModelSites;

template <typename T>
std::vector<T> Values(const std::vector<uint8_t>& bytes, const std::vector<uint32_t>& positions) {
  std::vector<T> values;
  for (const uint32_t position : positions) {
    T value;
    std::memcpy(&value, bytes.data() + position, sizeof(value));
    values.push_back(value);
  }
  return values;
}

TEST(ModelSites, OffsetsPointForwardsInsideTheFile) {
  const std::vector<uint32_t> words = {8, 0, 3, 4, 0xFFFFFFF0, 2};
  std::vector<uint8_t> bytes(4 * words.size());
  std::memcpy(bytes.data(), words.data(), bytes.size());
  EXPECT_EQ(FindOffsets(bytes), (std::vector<uint32_t>{0, 12}));
}

TEST(ModelSites, DimensionsScalesAndConstantsAreThoseOfTheModel) {
  const std::vector<uint8_t> bytes = BuildModel(SmallModel());
  const ModelSites sites = FindSites(bytes);
  EXPECT_EQ(Values<int32_t>(bytes, sites.dimensions),
            (std::vector<int32_t>{1, 4, 1, 4, 1, 4, 3, 4, 3, 1, 3, 1, 3}));
  EXPECT_EQ(Values<float>(bytes, sites.scales), (std::vector<float>{0.25f, 0.25f, 0.5f, 0.125f, 1.0f}));
  EXPECT_EQ(Values<int64_t>(bytes, sites.zero_points), (std::vector<int64_t>{-3, -3, 0, 0, -128}));
  EXPECT_EQ(Values<int32_t>(bytes, sites.constants), (std::vector<int32_t>{4, 8, -16, 400}));
  const std::vector<uint8_t> types = Values<uint8_t>(bytes, sites.types);
  EXPECT_EQ(std::count(types.begin(), types.end(), tflite::TensorType_INT8), 4);
  EXPECT_FALSE(sites.options.empty());
}

TEST(ModelSites, AFileThatIsRefusedHasOffsetsOnly) {
  std::vector<uint8_t> bytes = BuildModel(SmallModel());
  bytes[5] ^= 1;  // of the identifier
  const ModelSites sites = FindSites(bytes);
  EXPECT_FALSE(sites.offsets.empty());
  EXPECT_TRUE(sites.dimensions.empty());
  EXPECT_TRUE(sites.options.empty());
}

}  // namespace
