// The mailbox: what a debugger finds in it, and what it does with what a debugger writes.
#include "app/mailbox.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "app/interpreted_application.h"
#include "captured_log.h"
#include "loaded_model.h"
#include "ticking_clock.h"

namespace {

using app::MailboxCommand;
using app::MailboxStatus;
using model_building::PlacedModel;
using model_building::SmallModel;

constexpr char kHash[] = "0123";
constexpr app::MailboxFacts kFacts = {kHash, "fast", "MVP", true};

class MailboxTest : public testing::Test {
 protected:
  MailboxTest() : model_(BuildModel(SmallModel())) { model_building::AddAllOperators(resolver_); }

  app::ApplicationParts Parts() {
    return {model_.data(), model_.size(), resolver_, arena_, sizeof(arena_), clock_, nullptr};
  }

  // Copies: the test library cannot print volatile values.
  MailboxStatus status() const { return mailbox_.status; }
  MailboxCommand command() const { return mailbox_.command; }

  PlacedModel model_;
  model_building::Resolver resolver_;
  TickingClock clock_;
  alignas(16) uint8_t arena_[8192];
  app::Mailbox mailbox_{};
};

TEST_F(MailboxTest, TellsWhereEverythingIs) {
  app::InterpretedApplication application(Parts());
  ASSERT_EQ(application.Init(), kTfLiteOk) << model_building::TakeLog();
  app::MailboxServer server(mailbox_, application, clock_);
  server.Open(kFacts);
  EXPECT_EQ(std::memcmp(&mailbox_.magic, "EARM", 4), 0);
  EXPECT_EQ(mailbox_.version, app::kMailboxVersion);
  EXPECT_EQ(status(), MailboxStatus::kReady);
  EXPECT_EQ(command(), MailboxCommand::kNone);
  EXPECT_EQ(mailbox_.clock_hz, 1000000u);
  EXPECT_EQ(mailbox_.input, application.input()->data.data);
  EXPECT_EQ(mailbox_.input_bytes, application.input()->bytes);
  EXPECT_EQ(mailbox_.output, application.output()->data.data);
  EXPECT_EQ(mailbox_.output_bytes, application.output()->bytes);
  EXPECT_EQ(mailbox_.layer_bytes, sizeof(app::LayerRecord));
  EXPECT_EQ(mailbox_.layer_count, 0u);
  EXPECT_EQ(mailbox_.arena_used_bytes, application.arena_used_bytes());
  EXPECT_STREQ(mailbox_.model_sha256, kHash);
  EXPECT_STREQ(mailbox_.kernel, "fast");
  EXPECT_STREQ(mailbox_.accelerator, "MVP");
}

TEST_F(MailboxTest, RunsTheModelWhenTold) {
  app::InterpretedApplication application(Parts());
  ASSERT_EQ(application.Init(), kTfLiteOk) << model_building::TakeLog();
  app::MailboxServer server(mailbox_, application, clock_);
  server.Open(kFacts);
  server.Poll();
  EXPECT_EQ(mailbox_.served, 0u) << "nobody asked";
  const std::vector<float> input = {0.0f, -4.0f, 4.0f, 0.0f};
  ASSERT_EQ(mailbox_.input_bytes, 16u);
  for (uint32_t run = 1; run <= 2; ++run) {
    std::memcpy(mailbox_.input, input.data(), 16);
    mailbox_.command = MailboxCommand::kInvoke;
    EXPECT_TRUE(server.Waiting());
    server.Poll();
    EXPECT_FALSE(server.Waiting());
    EXPECT_EQ(status(), MailboxStatus::kDone);
    EXPECT_EQ(mailbox_.served, run);
    EXPECT_EQ(static_cast<const float*>(mailbox_.output)[0], 3.0f);
    EXPECT_EQ(static_cast<const float*>(mailbox_.output)[2], 255.0f);
    ASSERT_EQ(mailbox_.layer_count, 4u);
    EXPECT_STREQ(mailbox_.layers[2].opcode, "FULLY_CONNECTED");
    // Start reads the clock once, each layer twice at most; Invoke lies between two readings of its own.
    EXPECT_GE(mailbox_.invoke_cycles, 5 * TickingClock::kStep);
    EXPECT_EQ(mailbox_.invoke_cycles % TickingClock::kStep, 0u);
  }
}

TEST_F(MailboxTest, RefusesWhatItDoesNotKnow) {
  app::InterpretedApplication application(Parts());
  ASSERT_EQ(application.Init(), kTfLiteOk) << model_building::TakeLog();
  app::MailboxServer server(mailbox_, application, clock_);
  server.Open(kFacts);
  mailbox_.command = static_cast<MailboxCommand>(7);
  server.Poll();
  EXPECT_EQ(status(), MailboxStatus::kUnknownCommand);
  EXPECT_EQ(command(), MailboxCommand::kNone);
  EXPECT_EQ(mailbox_.served, 1u);
}

TEST_F(MailboxTest, SaysThatThereIsNoModel) {
  app::ApplicationParts parts = Parts();
  parts.arena_bytes = 256;
  app::InterpretedApplication application(parts);
  ASSERT_EQ(application.Init(), kTfLiteError);
  model_building::TakeLog();
  app::MailboxServer server(mailbox_, application, clock_);
  server.Open({kHash, "fast", "MVP", false});
  EXPECT_EQ(mailbox_.magic, app::kMailboxMagic);
  EXPECT_EQ(status(), MailboxStatus::kNoModel);
  EXPECT_EQ(mailbox_.input, nullptr);
  EXPECT_EQ(mailbox_.input_bytes, 0u);
  mailbox_.command = MailboxCommand::kInvoke;
  server.Poll();
  EXPECT_EQ(status(), MailboxStatus::kNoModel);
  EXPECT_EQ(mailbox_.served, 1u);
}

TEST(Mailbox, IsClosedUntilItIsOpened) {
  EXPECT_EQ(earshot_mailbox.magic, 0u);
  earshot_mailbox_event();
}

}  // namespace
