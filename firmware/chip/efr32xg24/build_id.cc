// Reads the build id note: three words (name size, content size, type), the name "GNU\0", the content.
#include "chip/efr32xg24/build_id.h"

#include "chip/efr32xg24/startup.h"

namespace chip {

BuildId ReadBuildId() {
  constexpr size_t kHeader = 16;
  const auto size = static_cast<size_t>(linker::__build_id_end - linker::__build_id_start);
  if (size <= kHeader) return {nullptr, 0};
  return {linker::__build_id_start + kHeader, size - kHeader};
}

}  // namespace chip
