// A mailbox in RAM: through it whoever reads and writes memory (a debugger, the virtual board's host side)
// runs the model and takes its results, without a serial line.
//
// How to use it, with memory accesses alone:
//  1. Find the symbol `earshot_mailbox` in the ELF file. Once `magic` is kMailboxMagic and `version`
//     kMailboxVersion, the other members are as below and `status` is kReady or kNoModel.
//  2. Write `input_bytes` bytes of the input tensor at `input`.
//  3. Write kInvoke to `command`. The core sleeps between looks: wake it by pending SysTick, whose handler
//  does
//     nothing (SCB.ICSR.PENDSTSET). A core that runs may be about to fall asleep: pend again until it
//     answers.
//  4. When `command` is kNone again: `status` says how it went, `output` has the output tensor's bytes,
//  `layers`
//     the records of the run (layer_profiler.h), in execution order. The input is as it was.
//
// A breakpoint at the function `earshot_mailbox_event` saves looking: it is called when the mailbox opens and
// each time a command has been served. Addresses are the core's; pointers are 4 bytes on the chip, where the
// offsets in the comments hold.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/application.h"
#include "app/layer_profiler.h"
#include "port/clock.h"

namespace app {

inline constexpr uint32_t kMailboxMagic = 0x4D524145;  // "EARM", for mail
inline constexpr uint32_t kMailboxVersion = 2;

enum class MailboxCommand : uint32_t {
  kNone = 0,
  kInvoke = 1,  // run the model once on the bytes at `input`
};

enum class MailboxStatus : uint32_t {
  kReady = 1,           // open, nothing served yet
  kDone = 2,            // the last command was served
  kFailed = 3,          // the model's run failed: messages are on the serial line, the output is undefined
  kNoModel = 4,         // the model could not be prepared: messages are on the serial line
  kUnknownCommand = 5,  // the last command was none of the above
};

struct Mailbox {
  uint32_t magic;                   // 0
  uint32_t version;                 // 4
  volatile MailboxCommand command;  // 8, written from outside, and here when it has been served
  volatile MailboxStatus status;    // 12
  uint32_t served;                  // 16, commands since start, wraps
  uint32_t clock_hz;                // 20, of the counts of core cycles; 0: they have no meaning
  void* input;                      // 24, null without a model
  uint32_t input_bytes;             // 28
  const void* output;               // 32, null without a model
  uint32_t output_bytes;            // 36
  const LayerRecord* layers;        // 40, of the last run
  uint32_t layer_count;             // 44
  uint32_t layer_bytes;             // 48, of one record
  uint32_t invoke_cycles;           // 52, core cycles from the call of Invoke to its return, last run
  uint32_t arena_used_bytes;        // 56
  uint32_t weights_ram_used_bytes;  // 60
  uint32_t weights_copied;          // 64, layers
  const char* model_sha256;         // 68, 64 hex digits
  const char* kernel;               // 72, as the console's info shows it
  const char* accelerator;          // 76, the same
};

static_assert(sizeof(void*) != 4 || (sizeof(Mailbox) == 80 && sizeof(LayerRecord) == 20),
              "the layout is part of the protocol: raise kMailboxVersion");

// What the mailbox tells of the image; the text must outlive it.
struct MailboxFacts {
  const char* model_sha256;
  const char* kernel;
  const char* accelerator;
  bool model_ready;
};

class MailboxServer {
 public:
  // All must outlive the server. A model with several inputs or outputs is served by its first.
  MailboxServer(Mailbox& mailbox, Application& application, const port::Clock& clock)
      : mailbox_(mailbox), application_(application), clock_(clock) {}

  // Fills the mailbox in, its magic last.
  void Open(const MailboxFacts& facts);

  // Serves the command that waits, if any.
  void Poll();

  // Whether Poll has something to do.
  bool Waiting() const { return mailbox_.command != MailboxCommand::kNone; }

 private:
  MailboxStatus Serve(MailboxCommand command);
  void ShowTensors();

  Mailbox& mailbox_;
  Application& application_;
  const port::Clock& clock_;
  bool model_ready_ = false;
};

}  // namespace app

extern "C" {

// The image's mailbox, all zeros until it opens.
extern app::Mailbox earshot_mailbox;

// Does nothing; see the top of the file.
void earshot_mailbox_event();
}
