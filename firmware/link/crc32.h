// CRC-32 of IEEE 802.3, which zlib's crc32 computes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace serial_link {

uint32_t Crc32(const uint8_t* bytes, size_t count);

}  // namespace serial_link
