// Writes frames to a serial line.
#pragma once

#include <cstddef>
#include <cstdint>

#include "link/frame.h"
#include "port/serial.h"

namespace serial_link {

// Makes a body out of `body`, whose payload [payload_bytes] is in place after kHeaderBytes and has space for
// the CRC behind it. Returns the body's size.
size_t FinishBody(uint8_t* body, size_t payload_bytes, uint8_t type, uint8_t flags, uint16_t sequence);

// Writes the frame of a finished body: COBS, between two zeros.
void WriteFrame(port::Serial& serial, const uint8_t* body, size_t size);

}  // namespace serial_link
