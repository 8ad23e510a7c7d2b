// The interrupt lines from the peripherals to the NVIC: levels, 76 of them (hardware description, 2.1).
#pragma once

#include <array>
#include <cstdint>

namespace sim {

inline constexpr unsigned kIrqs = 76;

// Numbers of the interrupts that modelled peripherals raise.
enum Irq : unsigned {
  kIrqSmuSecure = 0,
  kIrqSmuSPrivileged = 1,
  kIrqEmu = 3,
  kIrqTimer0 = 4,
  kIrqEusart0Rx = 11,
  kIrqEusart0Tx = 12,
  kIrqEusart1Rx = 13,
  kIrqEusart1Tx = 14,
  kIrqMvp = 15,
  kIrqIcache0 = 16,
  kIrqSyscfg = 19,
  kIrqMpahbram = 20,
  kIrqLdma = 21,
  kIrqLfxo = 22,
  kIrqLfrco = 23,
  kIrqGpioOdd = 25,
  kIrqGpioEven = 26,
  kIrqWdog0 = 42,
  kIrqHfxo0 = 44,
  kIrqHfrco0 = 45,
  kIrqCmu = 47,
  kIrqMsc = 50,
  kIrqDpll0 = 51,
  kIrqDcdc = 53,
};

class InterruptLines {
 public:
  // Peripherals call it whenever (IF & IEN) may have changed; repeating a level costs nothing.
  void Set(unsigned irq, bool level) {
    if (levels_[irq] == level) return;
    levels_[irq] = level;
    ++changes_;
  }
  bool level(unsigned irq) const { return levels_[irq]; }

  // Goes up with every change of any level: the NVIC looks at the lines only when it did.
  uint64_t changes() const { return changes_; }

  template <class Archive>
  void Serialize(Archive& archive) {
    archive(levels_);
    ++changes_;
  }

 private:
  std::array<bool, kIrqs> levels_{};
  uint64_t changes_ = 1;
};

}  // namespace sim
