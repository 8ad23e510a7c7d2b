// Register offsets and fields of the EUSARTs (hardware description 4.1).
#pragma once

#include <cstdint>

namespace sim::eusart {

inline constexpr uint32_t IPVERSION = 0x000, EN = 0x004, CFG0 = 0x008, CFG1 = 0x00C, CFG2 = 0x010;
inline constexpr uint32_t FRAMECFG = 0x014, DTXDATCFG = 0x018, IRHFCFG = 0x01C, IRLFCFG = 0x020;
inline constexpr uint32_t TIMINGCFG = 0x024, STARTFRAMECFG = 0x028, SIGFRAMECFG = 0x02C, CLKDIV = 0x030;
inline constexpr uint32_t TRIGCTRL = 0x034, CMD = 0x038, RXDATA = 0x03C, RXDATAP = 0x040, TXDATA = 0x044;
inline constexpr uint32_t STATUS = 0x048, IF = 0x04C, IEN = 0x050, SYNCBUSY = 0x054, DALICFG = 0x058;

inline constexpr uint32_t EN_DISABLING = 1u << 1;

inline constexpr uint32_t CFG0_SYNC = 1u << 0, CFG0_LOOPBK = 1u << 1, CFG0_MSBF = 1u << 10;
inline constexpr uint32_t CFG0_RXINV = 1u << 13, CFG0_TXINV = 1u << 14, CFG0_SKIPPERRF = 1u << 20;
inline constexpr uint32_t CFG0_ERRSRX = 1u << 23, CFG0_ERRSTX = 1u << 24;

// Samples per bit; the reserved codes count as none.
constexpr uint32_t Oversampling(uint32_t cfg0) {
  constexpr uint32_t kSamples[] = {16, 8, 6, 4, 1, 1, 1, 1};
  return kSamples[cfg0 >> 5 & 7];
}

inline constexpr uint32_t CFG1_CTSINV = 1u << 1, CFG1_CTSEN = 1u << 2, CFG1_SFUBRX = 1u << 11;
inline constexpr unsigned CFG1_RXTIMEOUT_SHIFT = 4, CFG1_TXFIW_SHIFT = 16, CFG1_RXFIW_SHIFT = 27;

inline constexpr uint32_t CLKDIV_DIV = 0x007FFFF8;

inline constexpr uint32_t CMD_RXEN = 1u << 0, CMD_RXDIS = 1u << 1, CMD_TXEN = 1u << 2, CMD_TXDIS = 1u << 3;
inline constexpr uint32_t CMD_RXBLOCKEN = 1u << 4, CMD_RXBLOCKDIS = 1u << 5, CMD_TXTRIEN = 1u << 6;
inline constexpr uint32_t CMD_TXTRIDIS = 1u << 7, CMD_CLEARTX = 1u << 8, CMD_ALL = 0x1FF;

inline constexpr uint32_t STATUS_RXENS = 1u << 0, STATUS_TXENS = 1u << 1, STATUS_RXBLOCK = 1u << 3;
inline constexpr uint32_t STATUS_TXTRI = 1u << 4, STATUS_TXC = 1u << 5, STATUS_TXFL = 1u << 6;
inline constexpr uint32_t STATUS_RXFL = 1u << 7, STATUS_RXFULL = 1u << 8, STATUS_RXIDLE = 1u << 12;
inline constexpr uint32_t STATUS_TXIDLE = 1u << 13;
inline constexpr unsigned STATUS_TXFCNT_SHIFT = 16;

inline constexpr uint32_t IF_TXC = 1u << 0, IF_TXFL = 1u << 1, IF_RXFL = 1u << 2, IF_RXFULL = 1u << 3;
inline constexpr uint32_t IF_RXOF = 1u << 4, IF_RXUF = 1u << 5, IF_TXOF = 1u << 6, IF_PERR = 1u << 8;
inline constexpr uint32_t IF_FERR = 1u << 9, IF_MPAF = 1u << 10, IF_TXIDLE = 1u << 13, IF_STARTF = 1u << 18;
inline constexpr uint32_t IF_SIGF = 1u << 19, IF_AUTOBAUDDONE = 1u << 24, IF_RXTO = 1u << 25;
inline constexpr uint32_t IF_ALL = 0x030D3FFF;
inline constexpr uint32_t IF_OF_RX_LINE = IF_RXFL | IF_RXFULL | IF_RXOF | IF_RXUF | IF_PERR | IF_FERR |
                                          IF_MPAF | IF_STARTF | IF_SIGF | IF_AUTOBAUDDONE | IF_RXTO;

inline constexpr uint32_t SYNCBUSY_DIV = 1u << 0;

// The SYNCBUSY bits of commands: RXEN 3 to TXTRIDIS 10, in the order of CMD.
constexpr uint32_t SyncBits(uint32_t commands) { return (commands & 0xFF) << 3; }

}  // namespace sim::eusart
