// Frames made and read for tests, by code of their own: whole bodies, a CRC bit by bit, COBS by splitting.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace link_test {

inline uint32_t SlowCrc(const std::string& bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool differ = ((crc ^ static_cast<uint32_t>(static_cast<uint8_t>(byte) >> bit)) & 1) != 0;
      crc = crc >> 1 ^ (differ ? 0xEDB88320u : 0);
    }
  }
  return crc ^ 0xFFFFFFFF;
}

inline std::string Number(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(value >> 8 * i & 0xFF));
  return text;
}

inline std::string Stuff(const std::string& body) {
  std::string out;
  std::string piece;
  for (const char byte : body) {
    if (piece.size() == 254) {
      out += '\xFF' + piece;
      piece.clear();
    }
    if (byte == 0) {
      out += static_cast<char>(piece.size() + 1) + piece;
      piece.clear();
      continue;
    }
    piece += byte;
  }
  out += static_cast<char>(piece.size() + 1) + piece;
  return out;
}

inline std::string Frame(uint8_t type, uint16_t sequence, const std::string& payload, uint8_t flags = 0) {
  std::string body = Number(type, 1) + Number(flags, 1) + Number(sequence, 2) + payload;
  body += Number(SlowCrc(body), 4);
  return std::string(1, '\0') + Stuff(body) + std::string(1, '\0');
}

inline std::string Hello(uint32_t nonce, uint16_t sequence = 0, uint16_t version = 2) {
  return Frame(1, sequence, Number(version, 2) + Number(0, 2) + Number(nonce, 4) + std::string(32, '\0'));
}

struct Reply {
  uint8_t type;
  uint8_t flags;
  uint16_t sequence;
  std::string payload;
};

// The frames in `line`, which must be sound and have nothing between them.
inline std::vector<Reply> Parse(const std::string& line) {
  std::vector<Reply> replies;
  size_t at = 0;
  while (at < line.size()) {
    const size_t end = line.find('\0', at + 1);
    if (line[at] != '\0' || end == std::string::npos) return {{0, 0, 0, "text: " + line.substr(at)}};
    std::string body;
    for (size_t i = at + 1; i < end;) {
      const auto code = static_cast<uint8_t>(line[i]);
      body += line.substr(i + 1, code - 1u);
      i += code;
      if (code != 255 && i < end) body.push_back('\0');
    }
    const std::string covered = body.substr(0, body.size() - 4);
    if (Number(SlowCrc(covered), 4) != body.substr(body.size() - 4)) return {{0, 0, 0, "bad CRC"}};
    replies.push_back(
        {static_cast<uint8_t>(body[0]), static_cast<uint8_t>(body[1]),
         static_cast<uint16_t>(static_cast<uint8_t>(body[2]) | static_cast<uint8_t>(body[3]) << 8),
         covered.substr(4)});
    at = end + 1;
  }
  return replies;
}

}  // namespace link_test
