// Which weights have a copy in RAM, where the accelerator reads a word per cycle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace kernels::mvp {

class WeightCopies {
 public:
  static constexpr size_t kCapacity = 32;

  // Notes that `copy` holds the same bytes as `original`. False when the table is full.
  [[nodiscard]] bool Add(const void* original, const void* copy) {
    if (count_ == entries_.size()) return false;
    entries_[count_++] = {original, copy};
    return true;
  }

  // The copy of `original`, or `original` itself where there is none.
  const void* Find(const void* original) const {
    for (size_t i = 0; i < count_; ++i) {
      if (entries_[i].original == original) return entries_[i].copy;
    }
    return original;
  }

  size_t size() const { return count_; }

  struct Entry {
    const void* original;
    const void* copy;
  };
  const Entry& operator[](size_t i) const { return entries_[i]; }

 private:
  std::array<Entry, kCapacity> entries_{};
  size_t count_ = 0;
};

}  // namespace kernels::mvp
