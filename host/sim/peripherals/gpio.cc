// Registers, levels and edges of the GPIO block.
#include "host/sim/peripherals/gpio.h"

#include <utility>

namespace sim {
namespace {

constexpr uint32_t PORT_BYTES = 0x30;  // also the offset of port A
constexpr uint32_t CTRL = 0x00, MODEL = 0x04, MODEH = 0x0C, DOUT = 0x10, DIN = 0x14;
constexpr uint32_t PORTS_END = PORT_BYTES * (Gpio::kPorts + 1);

constexpr uint32_t LOCK = 0x300, GPIOLOCKSTATUS = 0x310;
constexpr uint32_t ABUSALLOC = 0x320;
constexpr uint32_t EXTIPSELL = 0x400, EXTIPINSELL = 0x408, EXTIPINSELH = 0x40C;
constexpr uint32_t EXTIRISE = 0x410, EXTIFALL = 0x414, IF = 0x420, IEN = 0x424;
constexpr uint32_t EM4WUEN = 0x42C, DBGROUTEPEN = 0x440;
constexpr uint32_t EUSART_ROUTES = 0x494, EUSART_ROUTE_BYTES = 0x20;
constexpr uint32_t ROUTEEN = 0x00, CTSROUTE = 0x08, RXROUTE = 0x10, TXROUTE = 0x18;
constexpr uint32_t ROUTEEN_RXPEN = 1u << 2, ROUTEEN_TXPEN = 1u << 4;
constexpr uint32_t CTRL_DINDIS = 1u << 12, CTRL_DINDISALT = 1u << 28;

constexpr uint32_t kUnlockKey = 0xA534;
constexpr uint32_t kRouteBits = 0x000F0003;  // PORT[1:0], PIN[19:16]
constexpr uint32_t kInterruptBits = 0x0FFF0FFF;
constexpr uint32_t kExternalBits = 0x0FFF;

constexpr const char* kPortNames[Gpio::kPorts][5] = {
    {"PORTA_CTRL", "PORTA_MODEL", "PORTA_MODEH", "PORTA_DOUT", "PORTA_DIN"},
    {"PORTB_CTRL", "PORTB_MODEL", "PORTB_MODEH", "PORTB_DOUT", "PORTB_DIN"},
    {"PORTC_CTRL", "PORTC_MODEL", "PORTC_MODEH", "PORTC_DOUT", "PORTC_DIN"},
    {"PORTD_CTRL", "PORTD_MODEL", "PORTD_MODEH", "PORTD_DOUT", "PORTD_DIN"}};

constexpr const char* kEusartRoutes[2][7] = {
    {"EUSART0_ROUTEEN", "EUSART0_CSROUTE", "EUSART0_CTSROUTE", "EUSART0_RTSROUTE", "EUSART0_RXROUTE",
     "EUSART0_SCLKROUTE", "EUSART0_TXROUTE"},
    {"EUSART1_ROUTEEN", "EUSART1_CSROUTE", "EUSART1_CTSROUTE", "EUSART1_RTSROUTE", "EUSART1_RXROUTE",
     "EUSART1_SCLKROUTE", "EUSART1_TXROUTE"}};

// A run of route registers that are kept and do nothing.
struct RouteBlock {
  const char* name;
  uint32_t offset, words;
};
constexpr RouteBlock kOtherRoutes[] = {{"ACMPROUTE", 0x450, 6},   {"CMUROUTE", 0x468, 5},
                                       {"I2CROUTE", 0x4E8, 8},    {"PRSROUTE", 0x5B0, 21},
                                       {"TIMERROUTE0", 0x680, 7}, {"TIMERROUTE1", 0x6A0, 7},
                                       {"TIMERROUTE2", 0x6C0, 7}, {"TIMERROUTE3", 0x6E0, 7},
                                       {"TIMERROUTE4", 0x700, 7}, {"USART0ROUTE", 0x720, 7}};

// Modes 0..3 are inputs; of the outputs, these take the alternate settings of CTRL.
bool IsAlternate(unsigned mode) { return mode == 5 || mode >= 12; }

uint32_t ModeBits(unsigned pins) { return pins >= 8 ? 0xFFFFFFFF : (1u << (4 * pins)) - 1; }

void AddPort(std::vector<Register>& registers, unsigned port, unsigned pins) {
  const uint32_t base = PORT_BYTES * (port + 1);
  const auto& names = kPortNames[port];
  registers.push_back({base + CTRL, names[0], Access::kReadWrite, 0x00400040, 0x10701070});
  registers.push_back({base + MODEL, names[1], Access::kReadWrite, 0, ModeBits(pins)});
  registers.push_back({base + MODEH, names[2], Access::kReadWrite, 0, pins > 8 ? ModeBits(pins - 8) : 0});
  registers.push_back({base + DOUT, names[3], Access::kReadWrite, 0, (1u << pins) - 1});
  registers.push_back({base + DIN, names[4], Access::kReadOnly, 0});
}

void AddSharedRegisters(std::vector<Register>& registers) {
  const auto add = [&](uint32_t offset, const char* name, uint32_t reset, uint32_t writable) {
    registers.push_back({offset, name, Access::kReadWrite, reset, writable});
  };
  registers.push_back({LOCK, "LOCK", Access::kWriteOnly, 0});
  registers.push_back({GPIOLOCKSTATUS, "GPIOLOCKSTATUS", Access::kReadOnly, 0});
  add(ABUSALLOC, "ABUSALLOC", 0, 0x0F0F0F0F);
  add(ABUSALLOC + 4, "BBUSALLOC", 0, 0x0F0F0F0F);
  add(ABUSALLOC + 8, "CDBUSALLOC", 0, 0x0F0F0F0F);
  add(EXTIPSELL, "EXTIPSELL", 0, 0x33333333);
  add(EXTIPSELL + 4, "EXTIPSELH", 0, 0x00003333);
  add(EXTIPINSELL, "EXTIPINSELL", 0, 0x33333333);
  add(EXTIPINSELH, "EXTIPINSELH", 0, 0x00003333);
  add(EXTIRISE, "EXTIRISE", 0, kExternalBits);
  add(EXTIFALL, "EXTIFALL", 0, kExternalBits);
  add(IF, "IF", 0, kInterruptBits);
  add(IEN, "IEN", 0, kInterruptBits);
  add(EM4WUEN, "EM4WUEN", 0, kInterruptBits & ~kExternalBits);
  add(EM4WUEN + 4, "EM4WUPOL", 0, kInterruptBits & ~kExternalBits);
  add(DBGROUTEPEN, "DBGROUTEPEN", 0x0F, 0x0F);
  add(DBGROUTEPEN + 4, "TRACEROUTEPEN", 0, 0x3F);
}

std::vector<Register> Registers(const std::array<uint8_t, Gpio::kPorts>& pins) {
  std::vector<Register> registers;
  for (unsigned port = 0; port < Gpio::kPorts; ++port) AddPort(registers, port, pins[port]);
  AddSharedRegisters(registers);
  for (uint32_t n = 0; n < 2; ++n) {
    for (uint32_t word = 0; word < 7; ++word) {
      registers.push_back({EUSART_ROUTES + EUSART_ROUTE_BYTES * n + 4 * word, kEusartRoutes[n][word],
                           Access::kReadWrite, 0, word == 0 ? 0x1Fu : kRouteBits});
    }
  }
  for (const RouteBlock& block : kOtherRoutes) {
    for (uint32_t word = 0; word < block.words; ++word) {
      registers.push_back({block.offset + 4 * word, block.name, Access::kReadWrite, 0});
    }
  }
  return registers;
}

}  // namespace

Gpio::Gpio(const Surroundings& surroundings, std::array<uint8_t, kPorts> pins)
    : StatefulPeripheral("GPIO", 0x4003C000, {0, 26}, Registers(pins), surroundings,
                         {IF, IEN, {{kIrqGpioEven, 0x55555555}, {kIrqGpioOdd, 0xAAAAAAAA}}}),
      pins_(pins),
      lock_(kUnlockKey) {}

void Gpio::Reset() {
  Peripheral::Reset();
  lock_.Reset();
  for (unsigned port = 0; port < kPorts; ++port) din_[port] = Din(port);  // no edges
}

template <class Archive>
void Gpio::Serialize(Archive& archive) {
  archive(outside_driven_);
  archive(outside_level_);
  archive(din_);
  lock_.Serialize(archive);
}
template void Gpio::Serialize(Saver& archive);
template void Gpio::Serialize(Loader& archive);

unsigned Gpio::Mode(PinName pin) const {
  const uint32_t base = PORT_BYTES * (pin.port + 1u);
  return word(base + (pin.number < 8 ? MODEL : MODEH)) >> (4 * (pin.number % 8)) & 0xF;
}

bool Gpio::Dout(PinName pin) const {
  return (word(PORT_BYTES * (pin.port + 1u) + DOUT) >> pin.number & 1) != 0;
}

bool Gpio::InputEnabled(PinName pin) const {
  const unsigned mode = Mode(pin);
  const uint32_t disable = IsAlternate(mode) ? CTRL_DINDISALT : CTRL_DINDIS;
  return mode != 0 && (word(PORT_BYTES * (pin.port + 1u) + CTRL) & disable) == 0;
}

std::optional<bool> Gpio::Driven(PinName pin) const {
  if (!Has(pin)) return std::nullopt;
  const unsigned mode = Mode(pin);
  const bool dout = Dout(pin);
  if (mode == 4 || mode == 5) return dout;
  if ((mode == 6 || mode == 7) && dout) return true;  // wired-or drives only high
  if (mode >= 8 && !dout) return false;               // wired-and drives only low
  return std::nullopt;
}

bool Gpio::Level(PinName pin) const {
  if (!Has(pin)) return false;
  if (const std::optional<bool> driven = Driven(pin)) return *driven;
  if ((outside_driven_[pin.port] >> pin.number & 1) != 0)
    return (outside_level_[pin.port] >> pin.number & 1) != 0;
  const unsigned mode = Mode(pin);
  if (mode == 0 || mode == 2 || mode == 3) return Dout(pin);  // DOUT chooses the pull resistor
  return mode >= 8 && (mode & 2) != 0;                        // 10, 11, 14, 15 pull up
}

uint32_t Gpio::Din(unsigned port) const {
  uint32_t levels = 0;
  for (uint8_t n = 0; n < pins_[port]; ++n) {
    const PinName pin{static_cast<uint8_t>(port), n};
    if (InputEnabled(pin) && Level(pin)) levels |= 1u << n;
  }
  return levels;
}

std::optional<PinName> Gpio::Find(std::string_view name) const {
  if (name.size() < 3 || name.size() > 4 || name[0] != 'P' || name[1] < 'A') return std::nullopt;
  unsigned number = 0;
  for (const char digit : name.substr(2)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = 10 * number + static_cast<unsigned>(digit - '0');
  }
  const PinName pin{static_cast<uint8_t>(name[1] - 'A'), static_cast<uint8_t>(number)};
  const bool padded = name.size() == 4 && name[2] == '0';
  return Has(pin) && !padded ? std::optional(pin) : std::nullopt;
}

void Gpio::SetInput(PinName pin, bool level) {
  if (!Has(pin)) return;
  const uint32_t bit = 1u << pin.number;
  outside_driven_[pin.port] |= bit;
  outside_level_[pin.port] = level ? outside_level_[pin.port] | bit : outside_level_[pin.port] & ~bit;
  Update();
}

void Gpio::ReleaseInput(PinName pin) {
  if (!Has(pin)) return;
  outside_driven_[pin.port] &= ~(1u << pin.number);
  Update();
}

std::optional<PinName> Gpio::Routed(int eusart, uint32_t route_offset) const {
  const uint32_t route =
      word(EUSART_ROUTES + EUSART_ROUTE_BYTES * static_cast<uint32_t>(eusart) + route_offset);
  const PinName pin{static_cast<uint8_t>(route & 3), static_cast<uint8_t>(route >> 16 & 0xF)};
  const bool in_reach = eusart != 0 || pin.port < 2;  // EUSART0 has ports A and B only
  return in_reach && Has(pin) ? std::optional(pin) : std::nullopt;
}

std::optional<PinName> Gpio::TransmitPin(int eusart) const {
  const uint32_t enable = word(EUSART_ROUTES + EUSART_ROUTE_BYTES * static_cast<uint32_t>(eusart) + ROUTEEN);
  const std::optional<PinName> pin = Routed(eusart, TXROUTE);
  if ((enable & ROUTEEN_TXPEN) == 0 || !pin) return std::nullopt;
  const unsigned mode = Mode(*pin);
  return mode == 4 || mode == 5 ? pin : std::nullopt;
}

std::optional<PinName> Gpio::ReceivePin(int eusart) const {
  const uint32_t enable = word(EUSART_ROUTES + EUSART_ROUTE_BYTES * static_cast<uint32_t>(eusart) + ROUTEEN);
  const std::optional<PinName> pin = Routed(eusart, RXROUTE);
  if ((enable & ROUTEEN_RXPEN) == 0 || !pin) return std::nullopt;
  return Mode(*pin) <= 3 && InputEnabled(*pin) ? pin : std::nullopt;
}

std::optional<PinName> Gpio::ClearToSendPin(int eusart) const {
  const std::optional<PinName> pin = Routed(eusart, CTSROUTE);
  return pin && InputEnabled(*pin) ? pin : std::nullopt;
}

uint32_t Gpio::OnRead(uint32_t offset) {
  if (offset == GPIOLOCKSTATUS) return lock_.locked() ? 1 : 0;
  if (offset < PORTS_END && offset % PORT_BYTES == DIN) return din_[offset / PORT_BYTES - 1];
  return word(offset);
}

bool Gpio::LockProtects(uint32_t offset) const {
  if (offset < PORTS_END) return offset % PORT_BYTES != DOUT;
  return offset < EXTIRISE || offset >= EM4WUEN;
}

void Gpio::OnWrite(uint32_t offset, uint32_t value) {
  if (offset == LOCK) {
    lock_.Write(value);
    return;
  }
  if (lock_.locked() && LockProtects(offset)) return;
  Store(offset, value);
  Update();
}

void Gpio::Update() {
  const std::array<uint32_t, kPorts> before = din_;
  for (unsigned port = 0; port < kPorts; ++port) din_[port] = Din(port);
  if (din_ != before) DetectEdges(before);
}

void Gpio::DetectEdges(const std::array<uint32_t, kPorts>& before) {
  uint32_t flags = 0;
  for (unsigned line = 0; line < kExternalInterrupts; ++line) {
    const uint32_t high = line / 8 * 4;
    const unsigned shift = 4 * (line % 8);
    const unsigned port = word(EXTIPSELL + high) >> shift & 3;
    const unsigned pin = line / 4 * 4 + (word(EXTIPINSELL + high) >> shift & 3);
    const bool was = (before[port] >> pin & 1) != 0;
    const bool is = (din_[port] >> pin & 1) != 0;
    if (was != is) flags |= word(is ? EXTIRISE : EXTIFALL) & 1u << line;
  }
  Raise(flags);
}

}  // namespace sim
