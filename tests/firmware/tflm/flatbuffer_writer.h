// Writes FlatBuffers for tests: tables, vectors and strings, parents before children.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace model_building {

// A table, a vector of tables, or a vector of scalars.
class Node {
 public:
  static Node Table() { return Node(Kind::kTable); }
  static Node Tables(std::vector<Node> children);
  template <typename T>
  static Node Scalars(const std::vector<T>& values) {
    Node node(Kind::kScalars);
    node.count_ = static_cast<uint32_t>(values.size());
    node.bytes_.resize(values.size() * sizeof(T));
    if (!values.empty()) std::memcpy(node.bytes_.data(), values.data(), node.bytes_.size());
    return node;
  }
  static Node String(const std::string& text);

  // Fields of a table; `slot` is 4 for the first of the schema, 6 for the second …
  template <typename T>
  Node& Set(uint16_t slot, T value) {
    Field& field = fields_[slot];
    field.bytes.resize(sizeof(T));
    std::memcpy(field.bytes.data(), &value, sizeof(T));
    return *this;
  }
  Node& Set(uint16_t slot, Node child) {
    fields_[slot].child.push_back(std::move(child));
    return *this;
  }

  // A file with this table as its root.
  std::vector<uint8_t> Finish(const std::string& identifier) const;

 private:
  enum class Kind { kTable, kTables, kScalars };
  struct Field {
    std::vector<uint8_t> bytes;  // of a scalar
    std::vector<Node> child;     // or the one node it points to
  };

  explicit Node(Kind kind) : kind_(kind) {}
  uint32_t Write(std::vector<uint8_t>& out) const;
  uint32_t WriteTable(std::vector<uint8_t>& out) const;
  uint32_t WriteTables(std::vector<uint8_t>& out) const;
  uint32_t WriteScalars(std::vector<uint8_t>& out) const;

  Kind kind_;
  std::map<uint16_t, Field> fields_;
  std::vector<Node> children_;
  std::vector<uint8_t> bytes_;
  uint32_t count_ = 0;
};

}  // namespace model_building
