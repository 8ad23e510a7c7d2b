// What a platform knows of this very device, and of the image's place in it: for the link (docs/link.md).
#pragma once

#include <cstddef>
#include <cstdint>

#include "port/serial_rate.h"

namespace port {

// Bytes, by the linker; arena and stack are part of RAM.
struct ImageSize {
  size_t ram;
  size_t flash;
};

ImageSize MeasureImage();

// The factory's number of the chip.
uint64_t UniqueId();

// Another number than at the last start. To be called once.
uint32_t TakeBootId();

// Received bytes that wait without loss.
size_t ReceiveRingBytes();

// The rate of the line of MessageSerial.
SerialRate& MessageSerialRate();

}  // namespace port
