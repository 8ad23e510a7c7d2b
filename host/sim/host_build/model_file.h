// Files of the host executable: a model, raw tensors, text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

namespace host_build {

// Memory at a multiple of 64 bytes, as the chip's linker places models and arenas.
class AlignedBytes {
 public:
  explicit AlignedBytes(size_t size);
  uint8_t* data() { return bytes_.get(); }
  const uint8_t* data() const { return bytes_.get(); }
  size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };
  size_t size_;
  std::unique_ptr<uint8_t, Free> bytes_;
};

// The whole file. Throws Failure when it cannot be read, is empty or is above 1 GiB.
AlignedBytes ReadFile(const std::string& path);

// Writes a new file under a temporary name beside `path` and renames it, so that a reader never sees half of
// it. Throws Failure.
void WriteFile(const std::string& path, const void* bytes, size_t size);

}  // namespace host_build
