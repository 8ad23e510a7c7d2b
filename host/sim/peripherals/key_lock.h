// A LOCK register: its key unlocks the block's configuration, everything else locks it. The field that is
// compared, LOCKKEY, has 16 bits, or 24 where the key needs them (SMU); those above it are not looked at.
#pragma once

#include <cstdint>

namespace sim {

class KeyLock {
 public:
  explicit KeyLock(uint32_t key, bool locked_at_reset = false)
      : key_(key), locked_at_reset_(locked_at_reset) {
    Reset();
  }

  void Reset() { locked_ = locked_at_reset_; }
  void Write(uint32_t value) { locked_ = (value & (key_ > 0xFFFF ? 0xFFFFFF : 0xFFFF)) != key_; }
  bool locked() const { return locked_; }

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(locked_);
  }

 private:
  uint32_t key_;
  bool locked_at_reset_;
  bool locked_ = false;
};

}  // namespace sim
