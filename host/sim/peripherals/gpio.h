// GPIO: ports A to D, external interrupts, and the routes from peripherals to pins (hardware description
// 4.5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "host/sim/peripherals/key_lock.h"
#include "host/sim/peripherals/peripheral.h"

namespace sim {

struct PinName {
  uint8_t port = 0;  // 0..3 for A..D
  uint8_t number = 0;
  bool operator==(const PinName& other) const { return port == other.port && number == other.number; }
};

// Not modelled: analogue buses, PRS, slew rates, glitch filters (a level counts at once), EM4 wake-up. A pin
// that a peripheral drives shows DOUT, because serial bytes travel as whole frames. Route registers of other
// blocks than the EUSARTs are kept and do nothing.
//
// Taken as documented nowhere: while GPIO is locked, writes to modes, port control, interrupt selection and
// routes are dropped, those to DOUT, edges, IF and IEN are not; EXTIPSEL and EXTIPINSEL have two bits for
// each line, four apart.
class Gpio : public StatefulPeripheral<Gpio> {
 public:
  static constexpr unsigned kPorts = 4;
  static constexpr unsigned kExternalInterrupts = 12;

  // `pins` of each port; the default is a 48-pin part.
  explicit Gpio(const Surroundings& surroundings, std::array<uint8_t, kPorts> pins = {10, 6, 10, 6});

  // The outside drives a pin, or lets go of it. Levels driven from outside outlive a reset.
  void SetInput(PinName pin, bool level);
  void ReleaseInput(PinName pin);

  // The level on the pin: what drives it, or its pull resistor, or low.
  bool Level(PinName pin) const;
  // What the pin's output stage drives; nothing for an input or a pin that a resistor holds.
  std::optional<bool> Driven(PinName pin) const;
  // The pin of a name like PA0 or PC9; nothing where the part has none of this name.
  std::optional<PinName> Find(std::string_view name) const;

  // The pin of an EUSART's signal: nothing unless the route is enabled, leads to a pin that this EUSART
  // reaches, and the pin's mode is push-pull (outputs) or an enabled input.
  std::optional<PinName> TransmitPin(int eusart) const;
  std::optional<PinName> ReceivePin(int eusart) const;
  std::optional<PinName> ClearToSendPin(int eusart) const;  // CTSROUTE has no enable bit

  void Reset() override;

  template <class Archive>
  void Serialize(Archive& archive);

 protected:
  uint32_t OnRead(uint32_t offset) override;
  void OnWrite(uint32_t offset, uint32_t value) override;

 private:
  bool Has(PinName pin) const { return pin.port < kPorts && pin.number < pins_[pin.port]; }
  unsigned Mode(PinName pin) const;
  bool Dout(PinName pin) const;
  bool InputEnabled(PinName pin) const;
  uint32_t Din(unsigned port) const;
  std::optional<PinName> Routed(int eusart, uint32_t route_offset) const;
  bool LockProtects(uint32_t offset) const;
  // After any change: DIN and edges.
  void Update();
  void DetectEdges(const std::array<uint32_t, kPorts>& before);

  std::array<uint8_t, kPorts> pins_;
  std::array<uint32_t, kPorts> outside_driven_{};  // bit per pin
  std::array<uint32_t, kPorts> outside_level_{};
  std::array<uint32_t, kPorts> din_{};
  KeyLock lock_;
};

}  // namespace sim
