// Bounds checks on a FlatBuffer from an untrusted source.
#include "flatbuffer_checker.h"

#include <cstring>

namespace earshot {

template <typename T>
T FlatBufferChecker::Read(size_t position) const {
  T value;
  std::memcpy(&value, data_ + position, sizeof(T));
  return value;
}

bool FlatBufferChecker::Damaged(const char* what) {
  return complaint_.Add("the model is damaged or cut off (").Add(what).Add(")").Refuse();
}

bool FlatBufferChecker::Root(CheckedTable* table) {
  if (bytes_ < sizeof(uint32_t)) return Damaged("the root offset");
  return TableAt(Read<uint32_t>(0), "the root table", table);
}

bool FlatBufferChecker::TableAt(size_t position, const char* what, CheckedTable* table) {
  if (position > bytes_ || bytes_ - position < sizeof(int32_t)) return Damaged(what);
  const int64_t vtable = static_cast<int64_t>(position) - Read<int32_t>(position);
  const auto end = static_cast<int64_t>(bytes_);
  if (vtable < 0 || vtable > end - 4) return Damaged(what);
  table->position = position;
  table->vtable = static_cast<size_t>(vtable);
  table->vtable_bytes = Read<uint16_t>(table->vtable);
  table->table_bytes = Read<uint16_t>(table->vtable + 2);
  const bool inside = table->vtable_bytes >= 4 && table->vtable_bytes % 2 == 0 && table->table_bytes >= 4 &&
                      table->vtable_bytes <= bytes_ - table->vtable &&
                      table->table_bytes <= bytes_ - position;
  return inside || Damaged(what);
}

// Sets *position to where the field lies, or to 0 when the table does not have it.
bool FlatBufferChecker::Field(const CheckedTable& table, uint16_t slot, size_t size, size_t* position) {
  *position = 0;
  if (slot >= table.vtable_bytes) return true;
  const uint16_t offset = Read<uint16_t>(table.vtable + slot);
  if (offset == 0) return true;
  if (offset < sizeof(int32_t) || offset + size > table.table_bytes) return Damaged("a table's field");
  *position = table.position + offset;
  return true;
}

bool FlatBufferChecker::Scalar(const CheckedTable& table, uint16_t slot, size_t size) {
  size_t position = 0;
  return Field(table, slot, size, &position);
}

uint8_t FlatBufferChecker::Byte(const CheckedTable& table, uint16_t slot) {
  size_t position = 0;
  return Field(table, slot, 1, &position) && position != 0 ? data_[position] : 0;
}

// Sets *target to where the field's offset points, or to 0 when the table does not have it.
bool FlatBufferChecker::Target(const CheckedTable& table, uint16_t slot, const char* what, size_t* target) {
  size_t position = 0;
  *target = 0;
  if (!Field(table, slot, sizeof(uint32_t), &position)) return false;
  if (position == 0) return true;
  const uint32_t offset = Read<uint32_t>(position);
  if (offset == 0 || offset > bytes_ - position) return Damaged(what);
  *target = position + offset;
  return true;
}

bool FlatBufferChecker::Table(const CheckedTable& table, uint16_t slot, const char* what, CheckedTable* child,
                              bool* present) {
  size_t target = 0;
  if (!Target(table, slot, what, &target)) return false;
  *present = target != 0;
  return target == 0 || TableAt(target, what, child);
}

bool FlatBufferChecker::Vector(const CheckedTable& table, uint16_t slot, const char* what,
                               size_t element_bytes, CheckedVector* vector) {
  size_t target = 0;
  *vector = {0, 0};
  if (!Target(table, slot, what, &target)) return false;
  if (target == 0) return true;
  // Vectors are read in place as arrays of 32-bit words; FlatBuffers aligns their length field.
  if (target % sizeof(uint32_t) != 0) {
    return complaint_.Add("the model is damaged: not aligned (").Add(what).Add(")").Refuse();
  }
  if (bytes_ - target < sizeof(uint32_t)) return Damaged(what);
  const size_t room = bytes_ - target - sizeof(uint32_t);
  const uint32_t count = Read<uint32_t>(target);
  if (count > room / element_bytes) return Damaged(what);
  *vector = {target + sizeof(uint32_t), count};
  return true;
}

bool FlatBufferChecker::String(const CheckedTable& table, uint16_t slot, const char* what) {
  CheckedVector characters = {};
  if (!Vector(table, slot, what, 1, &characters)) return false;
  if (characters.position == 0) return true;
  const size_t end = characters.position + characters.count;
  return (end < bytes_ && data_[end] == 0) || Damaged(what);
}

bool FlatBufferChecker::TableElement(const CheckedVector& vector, uint32_t i, const char* what,
                                     CheckedTable* child) {
  const size_t position = vector.position + static_cast<size_t>(i) * sizeof(uint32_t);
  const uint32_t offset = Read<uint32_t>(position);
  if (offset == 0 || offset > bytes_ - position) return Damaged(what);
  return TableAt(position + offset, what, child);
}

}  // namespace earshot
