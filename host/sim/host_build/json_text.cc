// Pieces of JSON documents.
#include "host/sim/host_build/json_text.h"

namespace host_build {

std::string JsonArray(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return "[" + text + "]";
}

std::string JsonQuoted(const std::string& text) {
  std::string plain = text;
  for (char& c : plain) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') c = '?';
  }
  return "\"" + plain + "\"";
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find("; ", start);
    lines.push_back(text.substr(start, end == std::string::npos ? end : end - start));
    start = end == std::string::npos ? text.size() : end + 2;
  }
  return lines;
}

}  // namespace host_build
