// CRC-32 of IEEE 802.3 (as zlib's): over a snapshot's bytes, so that a damaged one is not read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sim {

inline constexpr std::array<uint32_t, 256> kCrc32Table = [] {
  constexpr uint32_t kPolynomial = 0xEDB88320;  // reflected
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? value >> 1 ^ kPolynomial : value >> 1;
    table[i] = value;
  }
  return table;
}();

inline uint32_t Crc32(const uint8_t* bytes, size_t count) {
  uint32_t crc = 0xFFFFFFFF;
  for (size_t i = 0; i < count; ++i) crc = crc >> 8 ^ kCrc32Table[(crc ^ bytes[i]) & 0xFF];
  return ~crc;
}

}  // namespace sim
