// Instructions whose traps the engine does not know: floating point while CPACR denies it or a frame waits to
// be saved, division by zero while CCR.DIV_0_TRP is set, and multiple and double accesses at misaligned
// addresses. While one of the first two holds, and where a block's registers look misaligned on its entry,
// blocks are searched for such instructions before they run, and the core stops in front of them.
#include "host/sim/account/decoder.h"
#include "host/sim/core/board_impl.h"

namespace sim {
namespace {

// Coprocessor space, coprocessors 10 and 11.
bool IsFloat(uint16_t first, uint16_t second) {
  if ((first & 0xEC00) != 0xEC00 || (first & 0x0300) == 0x0300) return false;
  const unsigned coprocessor = second >> 8 & 15;
  return coprocessor == 10 || coprocessor == 11;
}

bool IsDivide(uint16_t first, uint16_t second) {
  return ((first & 0xFFF0) == 0xFB90 || (first & 0xFFF0) == 0xFBB0) && (second & 0xF0F0) == 0xF0F0;
}

}  // namespace

bool Board::Impl::InspectsCode() const {
  return (words.ccr & kCcrDiv0Trp) != 0 || processor.FloatNeedsCare();
}

uint16_t Board::Impl::Halfword(uint32_t address) {
  const uint8_t* bytes = FindMemory(address, 2);
  return bytes == nullptr ? 0 : static_cast<uint16_t>(bytes[0] | bytes[1] << 8);
}

uint32_t Board::Impl::InstructionSize(uint32_t address) { return IsWide(Halfword(address)) ? 4 : 2; }

bool Board::Impl::FindCare(uint32_t from, uint32_t end) {
  const bool floats = processor.FloatNeedsCare();
  const bool divides = (words.ccr & kCcrDiv0Trp) != 0;
  for (uint32_t at = from; at < end; at += InstructionSize(at)) {
    const uint16_t first = Halfword(at);
    if (!IsWide(first) || at == care_passed_) continue;
    const uint16_t second = Halfword(at + 2);
    const bool is_divide = divides && IsDivide(first, second);
    if (!is_divide && !(floats && IsFloat(first, second))) continue;
    care_ = {at, is_divide};
    care_found_ = true;
    return true;
  }
  return false;
}

Instruction Board::Impl::InstructionAt(uint32_t address) {
  return Decode(Halfword(address), Halfword(address + 2), address);
}

bool Board::Impl::OnMisaligned(uint32_t address, uint32_t size) {
  for (uint32_t at = address; at < address + size; at += InstructionSize(at)) {
    const Instruction one = InstructionAt(at);
    if (one.alignment <= 1 || one.base >= kPc || one.base == kSp || at == care_passed_) continue;
    care_ = {at, false};
    care_found_ = true;
    return false;
  }
  return true;
}

// By the registers of now, so only for the instruction at the PC.
bool Board::Impl::MisalignedAt(uint32_t address) {
  const Instruction one = InstructionAt(address);
  if (one.alignment <= 1 || one.base >= kPc) return false;
  return (engine.Register(one.base) + static_cast<uint32_t>(one.offset)) % one.alignment != 0;
}

// By the IT state and the flags in xPSR.
bool Board::Impl::ConditionPasses() const {
  const uint32_t xpsr = engine.xpsr();
  const uint32_t it = (xpsr >> 8 & 0xFC) | (xpsr >> 25 & 3);
  if ((it & 15) == 0) return true;
  const bool n = xpsr >> 31 & 1, z = xpsr >> 30 & 1, c = xpsr >> 29 & 1, v = xpsr >> 28 & 1;
  bool passes = true;
  switch (it >> 5) {
    case 0:
      passes = z;
      break;
    case 1:
      passes = c;
      break;
    case 2:
      passes = n;
      break;
    case 3:
      passes = v;
      break;
    case 4:
      passes = c && !z;
      break;
    case 5:
      passes = n == v;
      break;
    case 6:
      passes = n == v && !z;
      break;
    default:
      return true;
  }
  return passes != ((it >> 4 & 1) != 0);
}

// The core stands at the instruction. Always true: the run goes on, possibly with a fault pending.
bool Board::Impl::HandleCare() {
  care_found_ = false;
  care_passed_ = care_.address;
  if (!ConditionPasses()) return true;
  if (care_.divides) {
    const unsigned divisor = Halfword(care_.address + 2) & 15;
    if (engine.Register(divisor) != 0) return true;
    care_passed_ = kNowhere;
    processor.Fault(kUsageFault, kDivbyzero);
    return true;
  }
  if (IsFloat(Halfword(care_.address), Halfword(care_.address + 2)) && !processor.BeforeFloat()) {
    care_passed_ = kNowhere;
    return true;
  }
  if (MisalignedAt(care_.address)) {
    care_passed_ = kNowhere;
    processor.Fault(kUsageFault, kUnaligned);
  }
  return true;
}

}  // namespace sim
