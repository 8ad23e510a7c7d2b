// Classes of messages, and the counts as JSON.
#include "host/fuzz/model/outcome_counts.h"

#include <gtest/gtest.h>

namespace {

using model_fuzzing::Kernels;
using model_fuzzing::MessageClass;
using model_fuzzing::Outcome;
using model_fuzzing::OutcomeCounts;
using model_fuzzing::Seed;
using model_fuzzing::Stage;

TEST(MessageClass, NumbersAreLeftOut) {
  EXPECT_EQ(MessageClass("tensor 17 needs 4096 bytes, at -1"), "tensor N needs N bytes, at N");
  EXPECT_EQ(MessageClass("operator CONV_2D (#3) takes 3x-2x4"), "operator CONV_2D (#N) takes NxNxN");
  EXPECT_EQ(MessageClass("RELU6 of scale 0.25 to 1e9"), "RELU6 of scale N.N to Ne9");
  EXPECT_EQ(MessageClass(""), "");
}

TEST(MessageClass, LinesBecomeOne) { EXPECT_EQ(MessageClass("first 1\r\nsecond\n"), "first N; second"); }

TEST(OutcomeCounts, CountsSeedsAndMessages) {
  OutcomeCounts counts({Seed{"a", {}, {}}, Seed{"b \"x\"", {}, {}}});
  counts.Add(0, Kernels::kBaseline, Outcome{Stage::kInvocation, "", true, 3, ""});
  counts.Add(0, Kernels::kFast, Outcome{Stage::kReader, "bad 1", false, 0, ""});
  counts.Add(1, Kernels::kFast, Outcome{Stage::kReader, "bad 2", false, 0, ""});
  counts.Add(1, Kernels::kReference, Outcome{Stage::kAllocation, "worse\t\n", false, 0, ""});
  EXPECT_EQ(counts.Json(),
            "{\"executions\":4,\"ran\":1,\"kernels\":[{\"name\":\"baseline\",\"ran\":1,\"programs\":3}],"
            "\"seeds\":[{\"name\":\"a\",\"executions\":2,\"ran\":1},"
            "{\"name\":\"b \\\"x\\\"\",\"executions\":2,\"ran\":0}],"
            "\"messages\":[{\"stage\":\"reader\",\"message\":\"bad N\",\"count\":2},"
            "{\"stage\":\"AllocateTensors\",\"message\":\"worse?\",\"count\":1}]}");
}

}  // namespace
