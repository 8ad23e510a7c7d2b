"""The faults of a virtual board that wait for their cycles, and the switches of those that last."""

from typing import TYPE_CHECKING

from host.errors import UsageError
from host.sim import injection
from host.sim.board_settings import BoardSettings
from host.sim.injection import Injection

if TYPE_CHECKING:
    import virtual_xg24 as core

_NOTHING_BROKEN = {
    "hfxo_dead": False,
    "mvp_stuck": False,
    "mvp_bus_error": False,
    "uart_stuck": False,
    "serial_corrupt_ppm": 0,
    "serial_drop_ppm": 0,
    "serial_duplicate_ppm": 0,
    "serial_seed": 1,
    "flash_stuck_address": -1,
    "flash_stuck_bits": 0,
    "swd_wait_ppm": 0,
    "swd_fault_ppm": 0,
    "swd_parity_ppm": 0,
    "swd_seed": 1,
    "probe_pull": -1,
    "se_start_us": 0,
    "se_start_faults": False,
    "debug_lock": 0,
}


class FaultSchedule:
    """Hands faults to a compiled board when their cycles have come, in the order of cycles, then as given."""

    def __init__(self, board: "core.Board", settings: BoardSettings) -> None:
        self._board = board
        self._settings = settings
        self._pending: list[Injection] = []

    @property
    def pending(self) -> tuple[Injection, ...]:
        """What waits for its cycle."""
        return tuple(self._pending)

    @pending.setter
    def pending(self, faults: tuple[Injection, ...]) -> None:
        self._pending = list(faults)

    @property
    def next_cycle(self) -> int | None:
        """The cycle of the next fault."""
        return self._pending[0].cycle if self._pending else None

    def add(self, fault: Injection) -> None:
        """Let a fault wait for its cycle.

        Raises:
            UsageError: there is no such fault, or its address is in no memory that it could hit.
        """
        injection.check(fault)
        address = fault.arguments[0] if fault.arguments else 0
        if fault.kind == "flash-stuck" and not self._settings.in_flash(address):
            raise UsageError(f"{fault.kind} cannot hit {address:#010x}: {self._settings.memories}")
        hit = self._settings.in_flash(address) or self._settings.in_ram(address)
        if fault.kind == "flip-bit" and not hit:
            raise UsageError(f"{fault.kind} cannot hit {address:#010x}: {self._settings.memories}")
        self._pending.append(fault)
        self._pending.sort(key=lambda one: one.cycle)

    def clear(self) -> None:
        """Forget what waits, and mend what is broken; bits that have flipped stay so."""
        self._pending.clear()
        for name, value in _NOTHING_BROKEN.items():
            setattr(self._board.faults, name, value)

    def apply(self, now: int) -> Injection | None:
        """Apply what is due up to a power cut, which is returned: the board's next run begins with it."""
        while self._pending and self._pending[0].cycle <= now:
            fault = self._pending.pop(0)
            if fault.kind == "power-cut":
                self._board.cut_power_at(now)
                return fault
            self._apply(fault, now)
        return None

    def _apply(self, fault: Injection, now: int) -> None:
        switches, arguments = self._board.faults, fault.arguments
        if fault.kind == "flip-bit":
            self._board.flip_bit_at(now, arguments[0], arguments[1])
        elif fault.kind == "flip-register":
            self._board.flip_register_bit_at(now, arguments[0], arguments[1])
        elif fault.kind.startswith("serial-"):
            setattr(switches, f"{fault.kind.replace('-', '_')}_ppm", arguments[0])
            switches.serial_seed = arguments[1]
        elif fault.kind in ("swd-wait", "swd-fault", "swd-parity"):
            setattr(switches, f"{fault.kind.replace('-', '_')}_ppm", arguments[0])
            switches.swd_seed = arguments[1]
        elif fault.kind == "probe-pull":
            switches.probe_pull = arguments[0]
        elif fault.kind == "debug-lock":
            switches.debug_lock = 1 + arguments[0]
        elif fault.kind == "se-start":
            switches.se_start_us, switches.se_start_faults = arguments[0], bool(arguments[1])
        elif fault.kind == "flash-stuck":
            switches.flash_stuck_address, switches.flash_stuck_bits = arguments
        else:
            setattr(switches, fault.kind.replace("-", "_"), True)
