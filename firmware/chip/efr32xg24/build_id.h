// The linker's build id: the SHA-1 of the image's content, in a note that the linker script keeps in flash.
#pragma once

#include <cstddef>
#include <cstdint>

namespace chip {

struct BuildId {
  const uint8_t* bytes;  // [count]
  size_t count;          // 20, or 0 when the image was linked without one
};

BuildId ReadBuildId();

}  // namespace chip
