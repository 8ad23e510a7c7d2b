// GPIO pin modes (hardware description 4.5).
#include "chip/efr32xg24/pins.h"

#include "chip/efr32xg24/registers/gpio.h"

namespace chip {
namespace {

template <typename Port>
void SetPin(uint8_t number, uint32_t mode, bool level) {
  const uint32_t shift = 4u * (number % 8u);
  if (level) {
    Port::DOUT::Set(1u << number);
  } else {
    Port::DOUT::Clear(1u << number);
  }
  if (number < 8) {
    Port::MODEL::Write((Port::MODEL::Read() & ~(0xFu << shift)) | mode << shift);
  } else {
    Port::MODEH::Write((Port::MODEH::Read() & ~(0xFu << shift)) | mode << shift);
  }
}

void SetPin(Pin pin, uint32_t mode, bool level) {
  switch (pin.port) {
    case 0:
      return SetPin<GpioPort<0>>(pin.number, mode, level);
    case 1:
      return SetPin<GpioPort<1>>(pin.number, mode, level);
    case 2:
      return SetPin<GpioPort<2>>(pin.number, mode, level);
    default:
      return SetPin<GpioPort<3>>(pin.number, mode, level);
  }
}

}  // namespace

void DriveOutput(Pin pin, bool level) { SetPin(pin, GPIO::MODE_PUSHPULL, level); }

// DOUT would switch the glitch filter on: it stays 0.
void MakeInput(Pin pin) { SetPin(pin, GPIO::MODE_INPUT, false); }

}  // namespace chip
