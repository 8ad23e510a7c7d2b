// Writes FlatBuffers for tests.
#include "flatbuffer_writer.h"

#include <algorithm>

namespace model_building {
namespace {

template <typename T>
void Append(std::vector<uint8_t>& out, T value) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
  out.insert(out.end(), bytes, bytes + sizeof(T));
}

template <typename T>
void Patch(std::vector<uint8_t>& out, size_t position, T value) {
  std::memcpy(out.data() + position, &value, sizeof(T));
}

// Pads until what follows `ahead` more bytes is at a multiple of `alignment`.
void Align(std::vector<uint8_t>& out, size_t alignment, size_t ahead = 0) {
  while ((out.size() + ahead) % alignment != 0) out.push_back(0);
}

}  // namespace

Node Node::Tables(std::vector<Node> children) {
  Node node(Kind::kTables);
  node.children_ = std::move(children);
  return node;
}

Node Node::String(const std::string& text) {
  Node node = Scalars(std::vector<char>(text.begin(), text.end()));
  node.bytes_.push_back(0);
  return node;
}

std::vector<uint8_t> Node::Finish(const std::string& identifier) const {
  std::vector<uint8_t> out(4 + identifier.size(), 0);
  std::copy(identifier.begin(), identifier.end(), out.begin() + 4);
  Patch(out, 0, Write(out));
  return out;
}

uint32_t Node::Write(std::vector<uint8_t>& out) const {
  switch (kind_) {
    case Kind::kTable:
      return WriteTable(out);
    case Kind::kTables:
      return WriteTables(out);
    case Kind::kScalars:
      break;
  }
  return WriteScalars(out);
}

uint32_t Node::WriteTable(std::vector<uint8_t>& out) const {
  const uint16_t slots_end = fields_.empty() ? 4 : static_cast<uint16_t>(fields_.rbegin()->first + 2);
  std::map<uint16_t, uint16_t> places;
  uint16_t table_bytes = 4;
  for (const auto& [slot, field] : fields_) {
    places[slot] = table_bytes;
    table_bytes =
        static_cast<uint16_t>(table_bytes + (field.child.empty() ? (field.bytes.size() + 3) / 4 * 4 : 4));
  }
  Align(out, 4);
  const auto vtable = static_cast<uint32_t>(out.size());
  Append(out, slots_end);
  Append(out, table_bytes);
  for (uint16_t slot = 4; slot < slots_end; slot += 2) {
    Append(out, places.count(slot) != 0 ? places[slot] : uint16_t{0});
  }
  Align(out, 4);
  const auto table = static_cast<uint32_t>(out.size());
  out.resize(out.size() + table_bytes, 0);
  Patch(out, table, static_cast<int32_t>(table - vtable));
  for (const auto& [slot, field] : fields_) {
    const uint32_t place = table + places[slot];
    if (field.child.empty()) {
      std::memcpy(out.data() + place, field.bytes.data(), field.bytes.size());
    } else {
      const uint32_t target = field.child.back().Write(out);
      Patch(out, place, target - place);
    }
  }
  return table;
}

uint32_t Node::WriteTables(std::vector<uint8_t>& out) const {
  Align(out, 4);
  const auto position = static_cast<uint32_t>(out.size());
  Append(out, static_cast<uint32_t>(children_.size()));
  out.resize(out.size() + 4 * children_.size(), 0);
  for (uint32_t i = 0; i < children_.size(); ++i) {
    const uint32_t place = position + 4 + 4 * i;
    const uint32_t target = children_[i].Write(out);
    Patch(out, place, target - place);
  }
  return position;
}

uint32_t Node::WriteScalars(std::vector<uint8_t>& out) const {
  Align(out, 16, 4);
  const auto position = static_cast<uint32_t>(out.size());
  Append(out, count_);
  out.insert(out.end(), bytes_.begin(), bytes_.end());
  return position;
}

}  // namespace model_building
