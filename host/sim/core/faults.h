// Faults that are injected on purpose: switches that the parts look at. Timed ones (a bit flip at a cycle, a
// power cut) are events of the Board.
#pragma once

#include <cstdint>

namespace sim {

struct InjectedFaults {
  bool hfxo_dead = false;           // the crystal never becomes ready
  bool mvp_stuck = false;           // a started program never finishes
  bool mvp_bus_error = false;       // the next program ends with a bus fault
  bool uart_stuck = false;          // nothing leaves the EUSARTs any more: TXFL stays 0
  uint32_t serial_corrupt_ppm = 0;  // of bytes in either direction, by a generator seeded with `serial_seed`
  uint32_t serial_drop_ppm = 0;
  uint32_t serial_duplicate_ppm = 0;
  uint64_t serial_seed = 1;
  int64_t flash_stuck_address = -1;  // the byte here keeps `flash_stuck_bits` at 1 whatever is programmed
  uint32_t flash_stuck_bits = 0;
  // The debug port (host/sim/debug_port), rates of transfers on the wire, by a generator seeded with
  // `swd_seed`.
  uint32_t swd_wait_ppm = 0;
  uint32_t swd_fault_ppm = 0;
  uint32_t swd_parity_ppm = 0;
  uint64_t swd_seed = 1;
  int64_t probe_pull = -1;  // transfers until the probe is pulled
  // The security engine: how long it keeps the core after a reset, what AP 0 answers meanwhile (else WAIT),
  // and the debug lock.
  uint32_t se_start_us = 0;
  bool se_start_faults = false;
  uint32_t debug_lock = 0;  // 0 open, 1 locked, 2 locked for ever: the device cannot be erased
};

}  // namespace sim
