// Where the runtime's messages go.
#pragma once

#include "port/serial.h"

namespace app {

// From now on to `serial`, which must live for ever; before, to port::MessageSerial().
void RouteMessages(port::Serial& serial);

}  // namespace app
