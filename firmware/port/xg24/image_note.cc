// The note by which host.flash tells images apart (host/flash/image_note.py reads it): board, model,
// application.
//
// An ELF note of the name "Earshot". Its content is the address of the build id's note, which the linker
// fills in last, then texts that each end in a zero: board, part, model, SHA-256 of the model, application,
// version. Entry 8 of the vector table points to it, so that HEX and binary files and flash itself have it
// too.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "board.h"
#include "chip/efr32xg24/startup.h"
#include "model_generated.h"

namespace {

constexpr uint32_t kType = 1;  // of the note: raised when its content changes

constexpr std::array<std::string_view, 6> kTexts = {board::kBoard.name,    board::kBoard.part,
                                                    generated::kModelName, generated::kModelSha256,
                                                    EARSHOT_APPLICATION,   EARSHOT_VERSION};

// With zeros so that the note ends where the initial values of variables can begin: what is left unwritten
// between two parts of an image keeps its old contents.
constexpr size_t TextBytes() {
  constexpr size_t kBefore = 24;
  constexpr size_t kAlignment = 8;
  size_t bytes = kBefore;
  for (const std::string_view text : kTexts) bytes += text.size() + 1;
  return (bytes + kAlignment - 1) / kAlignment * kAlignment - kBefore;
}

using Texts = std::array<char, TextBytes()>;

constexpr Texts JoinTexts() {
  Texts joined{};
  size_t at = 0;
  for (const std::string_view text : kTexts) {
    for (const char character : text) joined[at++] = character;
    ++at;  // the zero that ends it
  }
  return joined;
}

struct Content {
  const uint8_t* build_id_note;
  Texts texts;
};

struct ImageNote {
  uint32_t name_bytes;
  uint32_t content_bytes;
  uint32_t type;
  char name[8];
  Content content;
};

static_assert(offsetof(ImageNote, content) == 20, "a note's content follows its name");
static_assert(sizeof(ImageNote) % 8 == 0, "as TextBytes counts");

__attribute__((section(".note.earshot"), used)) constexpr ImageNote kImageNote = {
    sizeof(ImageNote::name),
    sizeof(Content),
    kType,
    "Earshot",
    {chip::linker::__build_id_start, JoinTexts()}};

}  // namespace
