"""The debug port of a virtual board, in this process: docs/debug-port.md describes requests and replies."""

import struct
from typing import TYPE_CHECKING

from host.sim import installation
from host.sim.board import VirtualBoard
from host.sim.conditions import Stop, StopReason
from host.sim.part_number import order_code

if TYPE_CHECKING:
    import virtual_xg24 as core

_PART = 0x0FE0_8004  # DEVINFO
_CONNECT, _SET_CLOCK, _TRANSFER = 0x01, 0x03, 0x05
_CLOCK = struct.Struct("<BI")  # op, SWCLK in Hz
_WAITS = struct.Struct("<BH")  # op, how often a transfer that is answered WAIT is repeated
_WAIT_CYCLES = 13  # of SWCLK
_LONGEST_WAIT_S = 1  # simulated, of one transfer


class DebugPort:
    """A probe at the debug port of a board; a board has one.

    Attributes:
        board: The board.

    Args:
        board: The board; it must not run while a request is answered.
        name: What it is served as; "" where it is not.
        board_file: Name of its board file.
    """

    def __init__(self, board: VirtualBoard, name: str = "", board_file: str = "virtual") -> None:
        self.board = board
        part = board.read_word(_PART)
        self._port: core.DebugPort = installation.simulator().DebugPort(
            board.core,
            name=name,
            board=board_file,
            order_code=order_code(part, board.settings.flash_bytes),
            part=part,
            unique_id=int(board.unique_id, 16),
        )
        self._power_gone_at: int | None = None
        self._clock_hz = 0

    def answer(self, request: bytes) -> bytes:
        """Answer a request: op and payload to status and payload; b"" where the probe is pulled.

        A transfer is repeated for 1 s of simulated time at most, however many waits are asked for.

        Raises:
            UsageError: the board runs.
            Exception: what a callback of the board raised.
        """
        reply, gone = self.board.answer(self._port, self._with_few_waits(request))
        if reply[:1] == b"\0" and len(request) == _CLOCK.size and request[0] in (_CONNECT, _SET_CLOCK):
            self._clock_hz = _CLOCK.unpack(request)[1]
        if gone:
            self._port.stay_off()
            self._power_gone_at = self.board.core.power_cycles
        return reply

    def _with_few_waits(self, request: bytes) -> bytes:
        """Return the request; at a slow clock 65,535 waits would take the board minutes."""
        if len(request) < _WAITS.size or request[0] != _TRANSFER:
            return request
        waits = min(_WAITS.unpack_from(request)[1], self._clock_hz * _LONGEST_WAIT_S // _WAIT_CYCLES)
        return _WAITS.pack(_TRANSFER, waits) + request[_WAITS.size :]

    def leave(self) -> None:
        """End the connection: the next client begins with HELLO, and the reset pin is let go."""
        self._port.leave()

    @property
    def pulled(self) -> bool:
        """Whether the probe is pulled; the next HELLO plugs it in."""
        return self._port.pulled

    @property
    def swclk_cycles(self) -> int:
        """SWCLK cycles since COUNTERS last set them to 0."""
        return self._port.swclk_cycles

    @property
    def transfers(self) -> int:
        """Transfers on the wire since COUNTERS last set them to 0."""
        return self._port.transfers

    def take_stop(self) -> Stop | None:
        """Return once what ended the board's life while requests were answered; None for nothing.

        That is a power cut after which the power stays away, and in a strict board an access to anything
        that is not modelled.
        """
        if self._power_gone_at == self.board.core.power_cycles:
            self._power_gone_at = None
            return self.board.stopped(StopReason.POWER_CUT)
        stop = self._port.take_stop()
        return None if stop is None else self.board.stopped(StopReason(stop.reason), stop)
