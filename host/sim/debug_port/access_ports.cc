// Where there is no access port reads give 0, the IDR too, and writes vanish.
#include "host/sim/debug_port/access_ports.h"

namespace sim {

PortAnswer AccessPorts::Read(uint32_t number, uint32_t offset, uint32_t& value) {
  value = 0;
  if (number == 0) return memory_.Read(offset, value);
  if (number == 1) return challenge_.Read(offset, value);
  return PortAnswer::kDone;
}

PortAnswer AccessPorts::Write(uint32_t number, uint32_t offset, uint32_t value) {
  if (number == 0) return memory_.Write(offset, value);
  if (number == 1) return challenge_.Write(offset, value);
  return PortAnswer::kDone;
}

void AccessPorts::Reset() {
  memory_.Reset();
  challenge_.Reset();
}

}  // namespace sim
