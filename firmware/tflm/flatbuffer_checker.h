// Bounds checks on a FlatBuffer from an untrusted source: tables, fields, vectors and strings by their
// position. Positions are bytes from the start of the buffer. A check that fails says so once in the
// Complaint.
#pragma once

#include <cstddef>
#include <cstdint>

#include "complaint.h"

namespace earshot {

// A table whose vtable and extent lie inside the buffer.
struct CheckedTable {
  size_t position;
  size_t vtable;
  size_t vtable_bytes;
  size_t table_bytes;
};

// A vector whose elements lie inside the buffer.
struct CheckedVector {
  size_t position;  // of the first element
  uint32_t count;   // 0 for a vector that is absent
};

class FlatBufferChecker {
 public:
  FlatBufferChecker(const uint8_t* data, size_t bytes, Complaint& complaint)
      : data_(data), bytes_(bytes), complaint_(complaint) {}

  // The table that the offset at the start of the buffer points to.
  bool Root(CheckedTable* table);

  // Whether field `slot` (4, 6, 8 …), a scalar of `size` bytes, is absent or lies inside its table.
  bool Scalar(const CheckedTable& table, uint16_t slot, size_t size);

  // The byte in field `slot`, which has passed Scalar; 0 when it is absent.
  uint8_t Byte(const CheckedTable& table, uint16_t slot);

  // The table, vector or string that field `slot` points to. An absent one gives *present = false or count 0,
  // and is accepted. `what` names it for a person.
  bool Table(const CheckedTable& table, uint16_t slot, const char* what, CheckedTable* child, bool* present);
  bool Vector(const CheckedTable& table, uint16_t slot, const char* what, size_t element_bytes,
              CheckedVector* vector);
  bool String(const CheckedTable& table, uint16_t slot, const char* what);

  // Element `i` of a vector of tables.
  bool TableElement(const CheckedVector& vector, uint32_t i, const char* what, CheckedTable* child);

 private:
  template <typename T>
  T Read(size_t position) const;
  bool TableAt(size_t position, const char* what, CheckedTable* table);
  bool Field(const CheckedTable& table, uint16_t slot, size_t size, size_t* position);
  bool Target(const CheckedTable& table, uint16_t slot, const char* what, size_t* target);
  bool Damaged(const char* what);

  const uint8_t* data_;
  size_t bytes_;
  Complaint& complaint_;
};

}  // namespace earshot
