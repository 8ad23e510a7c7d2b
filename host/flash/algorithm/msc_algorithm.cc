// Flash algorithm of the EFR32xG24: routines that a debugger puts into RAM and calls, one at a time.
//
// A call has its arguments in r0 to r3, a stack, interrupts masked, and the image's first instruction, a
// BKPT, as return address. What a routine returns in r0 is 0, or bits of MSC.STATUS that say what is wrong:
// LOCKED, INVADDR, ERASEABORTED, TIMEOUT, RANGEPARTIAL, REGLOCK, or BUSY and PENDING if the controller does
// not finish in time. Addresses outside of the main flash are INVADDR: user data and lock bits are never
// written.
//
// Registers as in hardware description, sections 2.3, 5 and 6.1. The code runs at any address.
#include <cstdint>

namespace {

constexpr uint32_t CMU_CLKEN1_SET = 0x40009068, CLKEN1_ICACHE0 = 1u << 15, CLKEN1_MSC = 1u << 16;
constexpr uint32_t ICACHE0_CMD = 0x40034018, ICACHE0_CMD_FLUSH = 1u << 0;
constexpr uint32_t MSC_WRITECTRL_SET = 0x4003100C, MSC_WRITECTRL_CLR = 0x4003200C, WRITECTRL_WREN = 1u << 0;
constexpr uint32_t MSC_WRITECMD = 0x40030010, WRITECMD_ERASEPAGE = 1u << 1, WRITECMD_WRITEEND = 1u << 2;
constexpr uint32_t MSC_ADDRB = 0x40030014, MSC_WDATA = 0x40030018, MSC_STATUS = 0x4003001C;
constexpr uint32_t MSC_LOCK = 0x4003003C, LOCK_UNLOCK = 0x1B71, LOCK_LOCK = 0;
constexpr uint32_t STATUS_BUSY = 1u << 0, STATUS_INVADDR = 1u << 2, STATUS_WDATAREADY = 1u << 3;
constexpr uint32_t STATUS_PENDING = 1u << 5, STATUS_REGLOCK = 1u << 16;
constexpr uint32_t kUnfinished = STATUS_BUSY | STATUS_PENDING;
constexpr uint32_t kErrors = 0x0001'00D6;
constexpr uint32_t DEVINFO_MSIZE = 0x0FE0'800C;  // flash in KiB in its lower half

constexpr uint32_t kFlashBegin = 0x0800'0000, kFlashMost = 0x18'0000, kPageBytes = 0x2000, kWordBytes = 4;
constexpr uint32_t kOperationVerify = 3;
// At least 8 cycles each, so 0.8 s at 20 MHz and 0.2 s at 80 MHz: the longest operation takes 13 ms.
constexpr uint32_t kMostPolls = 2'000'000;
constexpr uint32_t kPolynomial = 0xEDB8'8320;  // of zlib's CRC-32, lowest bit first

// Contributions of a byte that is the last but 0, 1, 2, 3 of a word.
uint32_t crc_tables[4][256];

volatile uint32_t& Register(uint32_t address) {
  return *reinterpret_cast<volatile uint32_t*>(static_cast<uintptr_t>(address));
}

bool InFlash(uint32_t address, uint32_t bytes) {
  return address % kWordBytes == 0 && address - kFlashBegin < kFlashMost &&
         bytes <= kPageBytes - address % kPageBytes;
}

// Returns what is wrong once the controller is idle, which must show twice; or that it never is.
uint32_t Finish() {
  for (uint32_t polls = 0; polls < kMostPolls; ++polls) {
    const uint32_t first = Register(MSC_STATUS);
    const uint32_t status = Register(MSC_STATUS);
    if (((first | status) & kUnfinished) == 0) return status & kErrors;
  }
  return Register(MSC_STATUS) & (kErrors | kUnfinished);
}

uint32_t ErasePage(uint32_t address) {
  if (!InFlash(address, 0)) return STATUS_INVADDR;
  Register(MSC_ADDRB) = address;
  // BUSY never shows for such an address.
  if ((Register(MSC_STATUS) & STATUS_INVADDR) != 0) return STATUS_INVADDR;
  Register(MSC_WRITECMD) = WRITECMD_ERASEPAGE;
  return Finish();
}

// `bytes` up to the end of the page; a word that is begun is written whole.
uint32_t Program(uint32_t address, uint32_t bytes, const uint32_t* words) {
  if (!InFlash(address, bytes)) return STATUS_INVADDR;
  if (bytes == 0) return 0;
  Register(MSC_ADDRB) = address;
  if ((Register(MSC_STATUS) & STATUS_INVADDR) != 0) return STATUS_INVADDR;
  const uint32_t count = (bytes + kWordBytes - 1) / kWordBytes;
  for (uint32_t word = 0; word < count; ++word) {
    uint32_t polls = 0;
    while ((Register(MSC_STATUS) & STATUS_WDATAREADY) == 0) {
      if (++polls == kMostPolls) return Register(MSC_STATUS) & (kErrors | kUnfinished);
    }
    Register(MSC_WDATA) = words[word];
  }
  Register(MSC_WRITECMD) = WRITECMD_WRITEEND;
  return Finish();
}

void MakeTables() {
  uint32_t value = 1;
  crc_tables[0][0] = 0;
  for (uint32_t step = 128; step != 0; step >>= 1) {
    value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    for (uint32_t index = 0; index < 256; index += 2 * step) {
      crc_tables[0][index + step] = value ^ crc_tables[0][index];
    }
  }
  for (uint32_t index = 0; index < 256; ++index) {
    uint32_t entry = crc_tables[0][index];
    for (uint32_t table = 1; table < 4; ++table) {
      entry = (entry >> 8) ^ crc_tables[0][entry & 0xFF];
      crc_tables[table][index] = entry;
    }
  }
}

// Bits `first` to `first` + 7 of a word: an instruction of its own, where GCC masks and shifts addresses.
template <uint32_t first>
uint32_t Byte(uint32_t word) {
  uint32_t byte;
  asm("ubfx %0, %1, %2, #8" : "=r"(byte) : "r"(word), "I"(first));
  return byte;
}

uint32_t CrcOf(const uint32_t* words, uint32_t count) {
  const uint32_t* tables[] = {crc_tables[0], crc_tables[1], crc_tables[2], crc_tables[3]};
  // Keeps each table's address in a register, which saves an addition per look-up.
  asm("" : "+r"(tables[0]), "+r"(tables[1]), "+r"(tables[2]), "+r"(tables[3]));
  uint32_t crc = ~uint32_t{0};
  if (count == 0) return ~crc;
  const uint32_t* const end = words + count;
  do {  // one branch a word, where GCC makes two of a for
    crc ^= *words;
    crc = tables[3][Byte<0>(crc)] ^ tables[2][Byte<8>(crc)] ^ tables[1][Byte<16>(crc)] ^ tables[0][crc >> 24];
  } while (++words != end);
  return ~crc;
}

}  // namespace

extern "C" {

// `operation` as pyOCD and CMSIS have it: 1 erase, 2 program, 3 verify, which leaves the controller closed.
uint32_t Init(uint32_t /*address*/, uint32_t /*clock*/, uint32_t operation) {
  Register(CMU_CLKEN1_SET) = CLKEN1_MSC;
  if (operation == kOperationVerify) return 0;
  Register(MSC_LOCK) = LOCK_UNLOCK;
  Register(MSC_WRITECTRL_SET) = WRITECTRL_WREN;
  return Register(MSC_STATUS) & STATUS_REGLOCK;
}

uint32_t UnInit(uint32_t /*operation*/) {
  const uint32_t result = Finish() & kUnfinished;
  Register(MSC_WRITECTRL_CLR) = WRITECTRL_WREN;
  Register(MSC_LOCK) = LOCK_LOCK;
  // The cache is to flush itself after writes, which nobody has checked on this chip.
  Register(CMU_CLKEN1_SET) = CLKEN1_ICACHE0;
  Register(ICACHE0_CMD) = ICACHE0_CMD_FLUSH;
  return result;
}

uint32_t EraseSector(uint32_t address) { return ErasePage(address); }

// Page by page, as long as the part's flash is: no lock bit needs to be opened for it.
uint32_t EraseChip() {
  const uint32_t bytes = (Register(DEVINFO_MSIZE) & 0xFFFF) * 1024;
  if (bytes == 0 || bytes > kFlashMost) return STATUS_INVADDR;
  uint32_t result = 0;
  for (uint32_t offset = 0; offset < bytes && result == 0; offset += kPageBytes) {
    result = ErasePage(kFlashBegin + offset);
  }
  return result;
}

uint32_t ProgramPage(uint32_t address, uint32_t bytes, const uint32_t* data) {
  return Program(address, bytes, data);
}

// Erases the page at `address` and programs its first `bytes`.
uint32_t ReplaceSector(uint32_t address, uint32_t bytes, const uint32_t* data) {
  if (address % kPageBytes != 0 || bytes > kPageBytes) return STATUS_INVADDR;
  const uint32_t result = ErasePage(address);
  return result != 0 ? result : Program(address, bytes, data);
}

// Puts the CRC-32 of the `bytes` from each of `count` addresses on, whole words all of them, in the address's
// place.
uint32_t Crc32(uint32_t* table, uint32_t count, uint32_t bytes) {
  MakeTables();
  for (uint32_t index = 0; index < count; ++index) {
    table[index] =
        CrcOf(reinterpret_cast<const uint32_t*>(static_cast<uintptr_t>(table[index])), bytes / kWordBytes);
  }
  return 0;
}

}  // extern "C"
