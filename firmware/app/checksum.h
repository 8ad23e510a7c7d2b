// CRC-32 of IEEE 802.3, as zlib's crc32 computes it: for people to compare outputs by.
#pragma once

#include <cstddef>
#include <cstdint>

namespace app {

// Bit by bit: small rather than fast.
inline uint32_t Checksum(const uint8_t* bytes, size_t count) {
  uint32_t crc = 0xFFFFFFFF;
  for (size_t i = 0; i < count; ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

}  // namespace app
