// Single GPIO pins as outputs and inputs; the caller has opened the GPIO clock gate.
#pragma once

#include "chip/efr32xg24/board_facts.h"

namespace chip {

// Makes the pin a push-pull output at `level`, without a glitch to the other level.
void DriveOutput(Pin pin, bool level);

void MakeInput(Pin pin);

}  // namespace chip
