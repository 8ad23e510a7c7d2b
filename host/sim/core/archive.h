// Snapshots: the same Serialize function of a part writes its state and reads it back.
//
//   template <class Archive> void Serialize(Archive& archive) { archive(count_); archive(fifo_); }
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <type_traits>
#include <vector>

namespace sim {

// Appends to `bytes`.
class Saver {
 public:
  static constexpr bool kLoads = false;
  explicit Saver(std::vector<uint8_t>& bytes) : bytes_(bytes) {}

  template <class T>
  void operator()(T& value) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>, "give this type an overload");
    T copy = value;
#ifdef __GNUC__
    __builtin_clear_padding(&copy);  // equal states are equal bytes
#endif
    Raw(&copy, sizeof(T));
  }
  template <class T>
  void operator()(std::vector<T>& values) {
    uint64_t count = values.size();
    (*this)(count);
    for (T& value : values) (*this)(value);
  }
  template <class T>
  void operator()(std::deque<T>& values) {
    uint64_t count = values.size();
    (*this)(count);
    for (T& value : values) (*this)(value);
  }
  void Raw(void* data, size_t size) {
    const uint8_t* from = static_cast<const uint8_t*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }

 private:
  std::vector<uint8_t>& bytes_;
};

// Reads what a Saver wrote, in the same order, and trusts it: the caller checks a CRC first (Board does).
// Bytes that end too early leave ok() false and the rest of the state unread.
class Loader {
 public:
  static constexpr bool kLoads = true;
  explicit Loader(const std::vector<uint8_t>& bytes) : bytes_(bytes) {}

  template <class T>
  void operator()(T& value) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>, "give this type an overload");
    Raw(&value, sizeof(T));
  }
  template <class T>
  void operator()(std::vector<T>& values) {
    Many(values);
  }
  template <class T>
  void operator()(std::deque<T>& values) {
    Many(values);
  }
  void Raw(void* data, size_t size) {
    ok_ = ok_ && size <= bytes_.size() - position_;
    if (!ok_) return;
    std::memcpy(data, bytes_.data() + position_, size);
    position_ += size;
  }
  void Skip(size_t size) {
    ok_ = ok_ && size <= bytes_.size() - position_;
    if (ok_) position_ += size;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return position_ == bytes_.size(); }

 private:
  template <class Container>
  void Many(Container& values) {
    uint64_t count = 0;
    (*this)(count);
    ok_ = ok_ && count <= bytes_.size() - position_;
    if (!ok_) return;
    values.resize(count);
    for (auto& value : values) (*this)(value);
  }

  const std::vector<uint8_t>& bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace sim
