// The core's own blocks: SCB, NVIC and SysTick of the Armv8-M architecture (hardware
// description 2.1, 2.2, 6.4).
#pragma once

#include "chip/efr32xg24/register.h"

namespace chip {

struct SCB {
  using ICSR = CoreRegister<0xE000ED04>;
  static constexpr uint32_t ICSR_PENDSTCLR = 1u << 25;
  using VTOR = CoreRegister<0xE000ED08>;
  using AIRCR = CoreRegister<0xE000ED0C>;
  static constexpr uint32_t AIRCR_SYSRESETREQ = 0x05FA0004;  // with the key that a write needs
  using SHCSR = CoreRegister<0xE000ED24>;
  // MemManage, BusFault, UsageFault and SecureFault as exceptions of their own; else all become HardFault.
  static constexpr uint32_t SHCSR_FAULTS = (1u << 16) | (1u << 17) | (1u << 18) | (1u << 19);
  using CFSR = CoreRegister<0xE000ED28>;
  using HFSR = CoreRegister<0xE000ED2C>;
  using MMFAR = CoreRegister<0xE000ED34>;
  using BFAR = CoreRegister<0xE000ED38>;
  using CPACR = CoreRegister<0xE000ED88>;
  static constexpr uint32_t CPACR_FPU_FULL = 0x00F00000;
};

// One bit per interrupt; 76 interrupts in three words.
struct NVIC {
  template <uint32_t kIrq>
  using ISER = CoreRegister<0xE000E100 + 4 * (kIrq / 32)>;
  template <uint32_t kIrq>
  using ICER = CoreRegister<0xE000E180 + 4 * (kIrq / 32)>;
  template <uint32_t kIrq>
  using ICPR = CoreRegister<0xE000E280 + 4 * (kIrq / 32)>;

  template <uint32_t kIrq>
  static void Enable() {
    ISER<kIrq>::Write(1u << (kIrq % 32));
  }
  template <uint32_t kIrq>
  static void Disable() {
    ICER<kIrq>::Write(1u << (kIrq % 32));
  }
  template <uint32_t kIrq>
  static void ClearPending() {
    ICPR<kIrq>::Write(1u << (kIrq % 32));
  }
};

struct SysTick {
  using CTRL = CoreRegister<0xE000E010>;
  static constexpr uint32_t CTRL_CORE_CLOCK_WITH_INTERRUPT = 0x7;
  using LOAD = CoreRegister<0xE000E014>;
  static constexpr uint32_t LOAD_MAX = 0x00FFFFFF;
  using VAL = CoreRegister<0xE000E018>;
};

}  // namespace chip
