// A mailbox in RAM through which the model is run from outside.
#include "app/mailbox.h"

#include <atomic>

app::Mailbox earshot_mailbox;

// Noinline and not empty, or there would be no call and no address to stop at.
extern "C" __attribute__((noinline, used)) void earshot_mailbox_event() { asm volatile("" ::: "memory"); }

namespace app {

void MailboxServer::Open(const MailboxFacts& facts) {
  model_ready_ = facts.model_ready;
  mailbox_ = {};
  mailbox_.version = kMailboxVersion;
  mailbox_.status = model_ready_ ? MailboxStatus::kReady : MailboxStatus::kNoModel;
  mailbox_.clock_hz = clock_.Frequency();
  mailbox_.layer_bytes = sizeof(LayerRecord);
  mailbox_.arena_used_bytes = static_cast<uint32_t>(application_.arena_used_bytes());
  mailbox_.weights_ram_used_bytes = static_cast<uint32_t>(application_.weights_ram_used_bytes());
  mailbox_.weights_copied = static_cast<uint32_t>(application_.weights_copied());
  mailbox_.model_sha256 = facts.model_sha256;
  mailbox_.kernel = facts.kernel;
  mailbox_.accelerator = facts.accelerator;
  if (model_ready_) ShowTensors();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  mailbox_.magic = kMailboxMagic;
  earshot_mailbox_event();
}

void MailboxServer::ShowTensors() {
  TfLiteTensor* input = application_.input();
  const TfLiteTensor* output = application_.output();
  if (input != nullptr) {
    mailbox_.input = input->data.data;
    mailbox_.input_bytes = static_cast<uint32_t>(input->bytes);
  }
  if (output != nullptr) {
    mailbox_.output = output->data.data;
    mailbox_.output_bytes = static_cast<uint32_t>(output->bytes);
  }
}

void MailboxServer::Poll() {
  const MailboxCommand command = mailbox_.command;
  if (command == MailboxCommand::kNone) return;
  const MailboxStatus status = Serve(command);
  mailbox_.status = status;
  ++mailbox_.served;
  // All of the above is in memory before whoever waits for it looks.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  mailbox_.command = MailboxCommand::kNone;
  earshot_mailbox_event();
}

MailboxStatus MailboxServer::Serve(MailboxCommand command) {
  if (command != MailboxCommand::kInvoke) return MailboxStatus::kUnknownCommand;
  if (!model_ready_) return MailboxStatus::kNoModel;
  const uint32_t start = clock_.Cycles();
  const bool ran = application_.Invoke() == kTfLiteOk;
  mailbox_.invoke_cycles = clock_.Cycles() - start;
  mailbox_.layers = application_.layers();
  mailbox_.layer_count = static_cast<uint32_t>(application_.layer_count());
  return ran ? MailboxStatus::kDone : MailboxStatus::kFailed;
}

}  // namespace app
