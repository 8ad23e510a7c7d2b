// Reading of FlatBuffers in place: tables, vectors and strings as views on the bytes of a verified buffer.
// Nothing is checked here; firmware/tflm/model_verifier.h does that once, before any of these is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace flatbuffers {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "FlatBuffers are little-endian, and so must the core be");

// A scalar at any address.
template <typename T>
T ReadScalar(const void* address) {
  T value;
  std::memcpy(&value, address, sizeof(T));
  return value;
}

// What lies where an offset points: `address` plus the unsigned offset stored there.
template <typename T>
const T* FollowOffset(const uint8_t* address) {
  return reinterpret_cast<const T*>(address + ReadScalar<uint32_t>(address));
}

// An element of a vector that holds offsets to T.
template <typename T>
struct Offset {};

// How an element type is stored, and what reading one gives.
template <typename T>
struct Element {
  using Result = T;
  static constexpr size_t kBytes = sizeof(T);
  static Result Read(const uint8_t* address) { return ReadScalar<T>(address); }
};
template <typename T>
struct Element<Offset<T>> {
  using Result = const T*;
  static constexpr size_t kBytes = sizeof(uint32_t);
  static Result Read(const uint8_t* address) { return FollowOffset<T>(address); }
};

// A 32-bit count and as many elements.
template <typename T>
class Vector {
 public:
  Vector() = delete;
  uint32_t size() const { return ReadScalar<uint32_t>(bytes()); }
  typename Element<T>::Result Get(uint32_t i) const {
    return Element<T>::Read(Data() + static_cast<size_t>(i) * Element<T>::kBytes);
  }
  typename Element<T>::Result operator[](uint32_t i) const { return Get(i); }
  const uint8_t* Data() const { return bytes() + sizeof(uint32_t); }

 private:
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(this); }
};

// Characters with a terminating zero.
class String {
 public:
  String() = delete;
  uint32_t size() const { return ReadScalar<uint32_t>(this); }
  const char* c_str() const { return reinterpret_cast<const char*>(this) + sizeof(uint32_t); }
};

// A table: a signed offset back to its vtable, then the fields. `slot` is a field's position in the vtable in
// bytes: 4 for the first field of the schema, 6 for the second …
class Table {
 public:
  Table() = delete;

  // The field's address, or nullptr when it has its default.
  const uint8_t* Address(uint16_t slot) const {
    const uint8_t* vtable = bytes() - ReadScalar<int32_t>(bytes());
    if (slot >= ReadScalar<uint16_t>(vtable)) return nullptr;
    const uint16_t position = ReadScalar<uint16_t>(vtable + slot);
    return position == 0 ? nullptr : bytes() + position;
  }

  // Whether the field, of `bytes`, is absent or lies inside the table, whose extent the vtable tells.
  bool Holds(uint16_t slot, size_t bytes) const {
    const uint8_t* vtable = this->bytes() - ReadScalar<int32_t>(this->bytes());
    const uint8_t* address = Address(slot);
    if (address == nullptr) return true;
    const auto position = static_cast<size_t>(address - this->bytes());
    return position >= sizeof(int32_t) && position + bytes <= ReadScalar<uint16_t>(vtable + sizeof(uint16_t));
  }

  template <typename T>
  T Scalar(uint16_t slot, T default_value) const {
    const uint8_t* address = Address(slot);
    return address == nullptr ? default_value : ReadScalar<T>(address);
  }

  // The table, vector or string that the field points to; nullptr when there is none.
  template <typename T>
  const T* Pointer(uint16_t slot) const {
    const uint8_t* address = Address(slot);
    return address == nullptr ? nullptr : FollowOffset<T>(address);
  }

 private:
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(this); }
};

}  // namespace flatbuffers
