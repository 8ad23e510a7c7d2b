// Registers by address, names and bits of the Armv8-M manual (D1.2).
#include "host/sim/core/system_control.h"

#include <utility>

namespace sim {
namespace {

constexpr uint32_t kActlr = 0xE000E008;
constexpr uint32_t kCpuid = 0xE000ED00;
constexpr uint32_t kIcsr = 0xE000ED04;
constexpr uint32_t kVtor = 0xE000ED08;
constexpr uint32_t kAircr = 0xE000ED0C;
constexpr uint32_t kScr = 0xE000ED10;
constexpr uint32_t kCcr = 0xE000ED14;
constexpr uint32_t kShpr1 = 0xE000ED18;
constexpr uint32_t kShpr3 = 0xE000ED20;
constexpr uint32_t kShcsr = 0xE000ED24;
constexpr uint32_t kCfsr = 0xE000ED28;
constexpr uint32_t kHfsr = 0xE000ED2C;
constexpr uint32_t kDfsr = 0xE000ED30;
constexpr uint32_t kMmfar = 0xE000ED34;
constexpr uint32_t kBfar = 0xE000ED38;
constexpr uint32_t kAfsr = 0xE000ED3C;
constexpr uint32_t kCpacr = 0xE000ED88;
constexpr uint32_t kNsacr = 0xE000ED8C;
constexpr uint32_t kFpccr = 0xE000EF34;
constexpr uint32_t kFpcar = 0xE000EF38;
constexpr uint32_t kFpdscr = 0xE000EF3C;

constexpr uint32_t kCpuidR0p4 = 0x410FD214;  // Cortex-M33, core revision of hardware description 2.1
constexpr uint32_t kVtorMask = 0xFFFFFF80;
constexpr uint32_t kVectkey = 0x05FA;
constexpr uint32_t kVectkeyStat = 0xFA05;
constexpr uint32_t kAircrKept = 1U << 14 | 1U << 13 | 1U << 3;  // PRIS, BFHFNMINS, SYSRESETREQS
constexpr uint32_t kScrMask = 0x1E;
constexpr uint32_t kCcrMask = 0x71A;
constexpr uint32_t kCpacrMask = 0x00F0FFFF;
constexpr uint32_t kFpdscrMask = 0x07C00000;
constexpr uint32_t kFpccrMask = 0xFC0007FF;  // with TS and the bits that go with it

struct HandlerBit {
  unsigned bit;
  Exception number;
};
constexpr HandlerBit kActiveBits[] = {{0, kMemManage},   {1, kBusFault}, {2, kHardFault}, {3, kUsageFault},
                                      {4, kSecureFault}, {5, kNmi},      {7, kSvCall},    {8, kDebugMonitor},
                                      {10, kPendSv},     {11, kSysTick}};
constexpr HandlerBit kPendingBits[] = {{12, kUsageFault}, {13, kMemManage},   {14, kBusFault},
                                       {15, kSvCall},     {20, kSecureFault}, {21, kHardFault}};
constexpr HandlerBit kEnableBits[] = {
    {16, kMemManage}, {17, kBusFault}, {18, kUsageFault}, {19, kSecureFault}};

}  // namespace

const char* CfsrName(uint32_t cfsr) {
  struct Named {
    uint32_t bit;
    const char* name;
  };
  static constexpr Named kNames[] = {{kIaccviol, "IACCVIOL"},   {kDaccviol, "DACCVIOL"},
                                     {kMunstkerr, "MUNSTKERR"}, {kMstkerr, "MSTKERR"},
                                     {kMlsperr, "MLSPERR"},     {kIbuserr, "IBUSERR"},
                                     {kPreciserr, "PRECISERR"}, {kImpreciserr, "IMPRECISERR"},
                                     {kUnstkerr, "UNSTKERR"},   {kStkerr, "STKERR"},
                                     {kLsperr, "LSPERR"},       {kUndefinstr, "UNDEFINSTR"},
                                     {kInvstate, "INVSTATE"},   {kInvpc, "INVPC"},
                                     {kNocp, "NOCP"},           {kStkof, "STKOF"},
                                     {kUnaligned, "UNALIGNED"}, {kDivbyzero, "DIVBYZERO"}};
  for (const Named& named : kNames) {
    if ((cfsr & named.bit) != 0) return named.name;
  }
  return "";
}

SystemControl::SystemControl(CoreWords& words, ExceptionModel& exceptions, SystemControlEffects effects)
    : words_(words), exceptions_(exceptions), effects_(std::move(effects)) {}

void SystemControl::Reset() {
  mpu_rnr_ = sau_ctrl_ = sau_rnr_ = 0;
  mpu_regions_ = {};
  mpu_mair_ = {};
  sau_regions_ = {};
}

uint32_t SystemControl::Icsr() const {
  const uint32_t current = effects_.ipsr();
  uint32_t value = current;
  const unsigned active = exceptions_.active_count();
  value |= uint32_t{active <= 1} << 11;  // RETTOBASE
  value |= exceptions_.HighestPending() << 12;
  bool isr = false;
  for (unsigned number = kFirstIrq; number < kExceptions; ++number) isr = isr || exceptions_.pending(number);
  value |= uint32_t{isr} << 22;
  value |= uint32_t{exceptions_.pending(kSysTick)} << 26;
  value |= uint32_t{exceptions_.pending(kPendSv)} << 28;
  value |= uint32_t{exceptions_.pending(kNmi)} << 31;
  return value;
}

void SystemControl::WriteIcsr(uint32_t value) {
  if ((value >> 31 & 1) != 0) exceptions_.Pend(kNmi);
  if ((value >> 30 & 1) != 0) exceptions_.Unpend(kNmi);
  if ((value >> 28 & 1) != 0) exceptions_.Pend(kPendSv);
  if ((value >> 27 & 1) != 0) exceptions_.Unpend(kPendSv);
  if ((value >> 26 & 1) != 0) exceptions_.Pend(kSysTick);
  if ((value >> 25 & 1) != 0) exceptions_.Unpend(kSysTick);
}

void SystemControl::WriteAircr(uint32_t value) {
  if (value >> 16 != kVectkey) return;
  words_.aircr = value & kAircrKept;
  exceptions_.set_prigroup(value >> 8 & 7);
  if ((value & 2) != 0) {  // VECTCLRACTIVE: of use to debuggers only
    for (unsigned number = kNmi; number < kExceptions; ++number) exceptions_.set_active(number, false);
  }
  if ((value & 4) != 0) effects_.request_reset();
}

uint32_t SystemControl::Shcsr() const {
  uint32_t value = 0;
  for (const HandlerBit& entry : kActiveBits)
    value |= uint32_t{exceptions_.active(entry.number)} << entry.bit;
  for (const HandlerBit& entry : kPendingBits)
    value |= uint32_t{exceptions_.pending(entry.number)} << entry.bit;
  for (const HandlerBit& entry : kEnableBits)
    value |= uint32_t{exceptions_.enabled(entry.number)} << entry.bit;
  return value;
}

void SystemControl::WriteShcsr(uint32_t value) {
  for (const HandlerBit& entry : kActiveBits) {
    if (entry.number == kHardFault || entry.number == kNmi) continue;  // cannot be made active by software
    exceptions_.set_active(entry.number, (value >> entry.bit & 1) != 0);
  }
  for (const HandlerBit& entry : kPendingBits) {
    if ((value >> entry.bit & 1) != 0) {
      exceptions_.Pend(entry.number);
    } else {
      exceptions_.Unpend(entry.number);
    }
  }
  for (const HandlerBit& entry : kEnableBits)
    exceptions_.set_enabled(entry.number, (value >> entry.bit & 1) != 0);
}

uint32_t* SystemControl::Plain(uint32_t address) const {
  switch (address) {
    case kActlr:
      return &words_.actlr;
    case kVtor:
      return &words_.vtor;
    case kScr:
      return &words_.scr;
    case kCcr:
      return &words_.ccr;
    case kCfsr:
      return &words_.cfsr;
    case kHfsr:
      return &words_.hfsr;
    case kDfsr:
      return &words_.dfsr;
    case kMmfar:
      return &words_.mmfar;
    case kBfar:
      return &words_.bfar;
    case kAfsr:
      return &words_.afsr;
    case kCpacr:
      return &words_.cpacr;
    case kNsacr:
      return &words_.nsacr;
    case kFpccr:
      return &words_.fpccr;
    case kFpcar:
      return &words_.fpcar;
    case kFpdscr:
      return &words_.fpdscr;
    default:
      return nullptr;
  }
}

bool SystemControl::Read(uint32_t address, uint32_t& value) const {
  value = 0;
  if (const uint32_t* word = Plain(address)) {
    value = *word;
    return true;
  }
  if (address >= kShpr1 && address <= kShpr3) {
    for (unsigned i = 0; i < 4; ++i) {
      value |= uint32_t{exceptions_.priority(4 + address - kShpr1 + i)} << (8 * i);
    }
    return true;
  }
  switch (address) {
    case kCpuid:
      value = kCpuidR0p4;
      return true;
    case kIcsr:
      value = Icsr();
      return true;
    case kAircr:
      value = kVectkeyStat << 16 | exceptions_.prigroup() << 8 | words_.aircr;
      return true;
    case kShcsr:
      value = Shcsr();
      return true;
    default:
      return ReadProtection(address, value) || ReadIdentity(address, value);
  }
}

bool SystemControl::Write(uint32_t address, uint32_t value) {
  if (address >= kShpr1 && address <= kShpr3) {
    for (unsigned i = 0; i < 4; ++i) {
      exceptions_.set_priority(4 + address - kShpr1 + i, static_cast<uint8_t>(value >> (8 * i)));
    }
    return true;
  }
  switch (address) {
    case kCpuid:
      return true;
    case kIcsr:
      WriteIcsr(value);
      return true;
    case kVtor:
      words_.vtor = value & kVtorMask;
      return true;
    case kAircr:
      WriteAircr(value);
      return true;
    case kScr:
      words_.scr = value & kScrMask;
      return true;
    case kCcr:
      words_.ccr = (value & kCcrMask) | 0x201;
      effects_.trap_unaligned((value & kCcrUnalignTrp) != 0);
      return true;
    case kShcsr:
      WriteShcsr(value);
      return true;
    case kCfsr:
      words_.cfsr &= ~value;
      return true;
    case kHfsr:
      words_.hfsr &= ~value;
      return true;
    case kDfsr:
      words_.dfsr &= ~value;
      return true;
    case kCpacr:
      words_.cpacr = value & kCpacrMask;
      return true;
    case kFpccr:
      words_.fpccr = value & kFpccrMask;
      effects_.float_control();
      return true;
    case kFpcar:
      words_.fpcar = value & ~7U;
      return true;
    case kFpdscr:
      words_.fpdscr = value & kFpdscrMask;
      effects_.float_control();
      return true;
    default:
      break;
  }
  if (uint32_t* word = Plain(address)) {
    *word = value;
    return true;
  }
  return WriteProtection(address, value);
}

}  // namespace sim
