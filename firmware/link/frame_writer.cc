// COBS encoding, piece by piece and without a buffer.
#include "link/frame_writer.h"

#include "link/crc32.h"
#include "link/payload.h"

namespace serial_link {
namespace {

constexpr size_t kLongestPiece = 254;

void WriteByte(port::Serial& serial, uint8_t byte) {
  const char character = static_cast<char>(byte);
  serial.Write(&character, 1);
}

}  // namespace

size_t FinishBody(uint8_t* body, size_t payload_bytes, uint8_t type, uint8_t flags, uint16_t sequence) {
  const size_t covered = kHeaderBytes + payload_bytes;
  body[0] = type;
  body[1] = flags;
  body[2] = static_cast<uint8_t>(sequence);
  body[3] = static_cast<uint8_t>(sequence >> 8);
  StoreU32(body + covered, Crc32(body, covered));
  return covered + kCrcBytes;
}

void WriteFrame(port::Serial& serial, const uint8_t* body, size_t size) {
  WriteByte(serial, 0);
  size_t begin = 0;
  bool more = true;
  while (more) {
    size_t length = 0;
    while (length < kLongestPiece && begin + length < size && body[begin + length] != 0) ++length;
    WriteByte(serial, static_cast<uint8_t>(length + 1));
    serial.Write(reinterpret_cast<const char*>(body + begin), length);
    begin += length;
    more = begin < size;
    if (length < kLongestPiece) ++begin;  // the zero, which its piece implies
  }
  WriteByte(serial, 0);
}

}  // namespace serial_link
