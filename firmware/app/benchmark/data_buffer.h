// The runner's `db`: a buffer that the host fills with a clip's features, some bytes per command.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/text.h"

namespace app::benchmark {

class DataBuffer {
 public:
  static constexpr size_t kCapacity = 5120;  // as in the benchmark's reference port

  // Answers `db` with these arguments, all but the closing m-ready.
  void Serve(std::string_view arguments, Text& text);

  const uint8_t* bytes() const { return bytes_.data(); }
  // Bytes that have arrived since the last `db load`.
  size_t size() const { return size_; }

 private:
  void Load(std::string_view arguments, Text& text);
  void Print(Text& text) const;
  void Store(std::string_view digits, Text& text);

  std::array<uint8_t, kCapacity> bytes_{};
  size_t expected_ = 0;
  size_t size_ = 0;
};

}  // namespace app::benchmark
