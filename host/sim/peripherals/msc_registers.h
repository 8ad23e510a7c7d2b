// Register offsets and fields of the flash controller (hardware description 5).
#pragma once

#include <cstdint>

namespace sim::msc {

inline constexpr uint32_t IPVERSION = 0x000, READCTRL = 0x004, RDATACTRL = 0x008, WRITECTRL = 0x00C;
inline constexpr uint32_t WRITECMD = 0x010, ADDRB = 0x014, WDATA = 0x018, STATUS = 0x01C, IF = 0x020;
inline constexpr uint32_t IEN = 0x024, USERDATASIZE = 0x034, CMD = 0x038, LOCK = 0x03C, MISCLOCKWORD = 0x040;
inline constexpr uint32_t PWRCTRL = 0x050, PAGELOCK0 = 0x120;
inline constexpr uint32_t kPageLocks = 6;

inline constexpr uint32_t WRITECTRL_WREN = 1u << 0;
inline constexpr uint32_t WRITECMD_ERASEPAGE = 1u << 1, WRITECMD_WRITEEND = 1u << 2;
inline constexpr uint32_t WRITECMD_ERASERANGE = 1u << 4, WRITECMD_ERASEABORT = 1u << 5;
inline constexpr uint32_t WRITECMD_ERASEMAIN0 = 1u << 8, WRITECMD_CLEARWDATA = 1u << 12;
inline constexpr uint32_t kEraseCommands = WRITECMD_ERASEPAGE | WRITECMD_ERASERANGE | WRITECMD_ERASEMAIN0;
inline constexpr uint32_t STATUS_BUSY = 1u << 0, STATUS_LOCKED = 1u << 1, STATUS_INVADDR = 1u << 2;
inline constexpr uint32_t STATUS_WDATAREADY = 1u << 3, STATUS_ERASEABORTED = 1u << 4;
inline constexpr uint32_t STATUS_PENDING = 1u << 5, STATUS_TIMEOUT = 1u << 6, STATUS_RANGEPARTIAL = 1u << 7;
inline constexpr uint32_t STATUS_REGLOCK = 1u << 16;
inline constexpr uint32_t STATUS_PWRON = 1u << 24, STATUS_WREADY = 1u << 27;
inline constexpr uint32_t IF_ERASE = 1u << 0, IF_WRITE = 1u << 1, IF_WDATAOV = 1u << 2, IF_PWRUPF = 1u << 8;
inline constexpr uint32_t IF_PWROFF = 1u << 9, kInterruptBits = 0x307;
inline constexpr uint32_t CMD_PWRUP = 1u << 0, CMD_PWROFF = 1u << 4;
inline constexpr uint32_t MELOCKBIT = 1u << 0, UDLOCKBIT = 1u << 4;
inline constexpr uint32_t kUnlockKey = 0x1B71;

}  // namespace sim::msc
