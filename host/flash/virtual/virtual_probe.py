"""pyOCD's debug probe for virtual boards: those that are served, and debug ports of this process.

Access ports and banks are selected here (MANAGED_AP_SELECTION, MANAGED_DPBANKSEL): otherwise pyOCD holds the
probe's lock from a deferred read to its result, and for ever when one of several reads fails.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from pyocd.board.board import Board
from pyocd.board.board_ids import BoardInfo
from pyocd.core import exceptions
from pyocd.probe.debug_probe import DebugProbe

from host.errors import HostError, ProbeError
from host.flash.virtual.debug_link import (
    HIGHEST_HZ,
    LOWEST_HZ,
    Counters,
    DebugLink,
    Identity,
    InProcessLink,
)
from host.flash.virtual.swd import SwdPort
from host.flash.virtual.tcp_link import TcpLink
from host.flash.xg24.target import GENERIC, type_name
from host.sim import registry

PROBE_TYPE = "earshot"
"""What comes before a colon in ids: `pyocd load -u earshot:BOARD`."""

_LOG = logging.getLogger(__name__)
_DEFAULT_HZ = 1_000_000

OpenLink = Callable[[], DebugLink]


class VirtualProbe(DebugProbe):  # type: ignore[misc]  # pyOCD has no types that mypy follows
    """A probe that is part of a virtual board. Methods and their exceptions are those of DebugProbe.

    Args:
        board: The name that the board is served by; the probe's unique id.
        open_link: Makes the connection with its debug port, or raises host.errors.ProbeError.
    """

    _in_process: ClassVar[dict[str, OpenLink]] = {}

    def __init__(self, board: str, open_link: OpenLink) -> None:
        super().__init__()
        self._board = board
        self._open_link = open_link
        self._link: DebugLink | None = None
        self._swd: SwdPort | None = None
        self._hz = _DEFAULT_HZ
        self._connected = False
        self._reset_asserted = False

    @classmethod
    def get_all_connected_probes(
        cls, unique_id: str | None = None, is_explicit: bool = False
    ) -> Sequence["VirtualProbe"]:
        """Return a probe for each board with a debug port."""
        try:
            served = [board for board in registry.running() if board.debug]
        except HostError as error:  # must not keep others from using real probes
            _LOG.warning("virtual boards cannot be listed: %s", error)
            served = []
        probes = [cls(board.name, _tcp(board.debug)) for board in served]
        return probes + [cls(name, open_link) for name, open_link in cls._in_process.items()]

    @classmethod
    def get_probe_with_id(cls, unique_id: str, is_explicit: bool = False) -> "VirtualProbe | None":
        """Return the probe of the board with this name, None if there is none."""
        return next((probe for probe in cls.get_all_connected_probes() if probe.unique_id == unique_id), None)

    @property
    def vendor_name(self) -> str:
        """Who made it."""
        return "Earshot"

    @property
    def product_name(self) -> str:
        """What it is."""
        return "virtual xG24"

    @property
    def unique_id(self) -> str:
        """The board's name."""
        return self._board

    @property
    def supported_wire_protocols(self) -> Sequence[DebugProbe.Protocol]:
        """SWD alone."""
        return (DebugProbe.Protocol.DEFAULT, DebugProbe.Protocol.SWD)

    @property
    def wire_protocol(self) -> DebugProbe.Protocol | None:
        """SWD between connect() and disconnect()."""
        return DebugProbe.Protocol.SWD if self._connected else None

    @property
    def is_open(self) -> bool:
        """Whether open() was called, and close() was not."""
        return self._link is not None

    @property
    def capabilities(self) -> set[DebugProbe.Capability]:
        """See the module's description."""
        return {
            DebugProbe.Capability.MANAGED_AP_SELECTION,
            DebugProbe.Capability.MANAGED_DPBANKSEL,
            DebugProbe.Capability.BANKED_DP_REGISTERS,
        }

    @property
    def associated_board_info(self) -> BoardInfo:
        """Name and target type; the generic type while another client has the board."""
        try:
            target = type_name(self.identity.order_code)
        except exceptions.ProbeError:
            target = GENERIC
        return BoardInfo(name=f"virtual board {self._board}", target=target)

    def create_associated_board(self) -> Board:
        """Return the board, which names the target type for a session without target_override."""
        return Board(self.session, board_info=self.associated_board_info)

    @property
    def identity(self) -> Identity:
        """What is behind the probe; asked over a short connection where none is open.

        Raises:
            pyocd.core.exceptions.ProbeError: the board is gone, or another client has it.
        """
        with _as_pyocd_errors():
            if self._link is not None:
                return self._link.identity
            link = self._open_link()
            try:
                return link.identity
            finally:
                link.close()

    def open(self) -> None:
        """Connect with the board's debug port."""
        if self._link is not None:
            return
        with _as_pyocd_errors():
            link = self._open_link()
            try:
                _ = link.identity
            except ProbeError:
                link.close()
                raise
        self._link = link
        self._swd = SwdPort(link)

    def close(self) -> None:
        """Let the debug port go; what the target does then is as disconnect() left it."""
        link, self._link, self._swd, self._connected = self._link, None, None, False
        if link is not None:
            link.close()

    def connect(self, protocol: DebugProbe.Protocol | None = None) -> None:
        """Switch the target's wires to SWD."""
        if protocol is not None and protocol not in self.supported_wire_protocols:
            raise exceptions.ProbeError(f"a virtual board has no {protocol.name}: use SWD")
        with _as_pyocd_errors():
            self._opened.connect(self._hz)
        self._port.set_clock(self._hz)
        self._port.forget()
        self._connected = True

    def disconnect(self) -> None:
        """Let the wires go."""
        self._connected = False
        with _as_pyocd_errors():
            self._opened.disconnect()

    def swj_sequence(self, length: int, bits: int) -> None:
        """Send bits on SWDIO, for instance a line reset."""
        with _as_pyocd_errors():
            self._opened.swj(length, bits)
        self._port.forget()

    def set_clock(self, frequency: float) -> None:
        """Set SWCLK in Hz."""
        if not LOWEST_HZ <= frequency <= HIGHEST_HZ:
            raise exceptions.ProbeError(
                f"SWCLK of {frequency:g} Hz: a virtual board takes {LOWEST_HZ:,} to {HIGHEST_HZ:,} Hz"
            )
        self._hz = int(frequency)
        with _as_pyocd_errors():
            self._opened.set_clock(self._hz)
        self._port.set_clock(self._hz)

    def reset(self) -> None:
        """Pull nRESET low for the session's reset.hold_time, in simulated time."""
        options = self.session.options
        self.assert_reset(True)
        self.idle(options.get("reset.hold_time"))
        self.assert_reset(False)
        self.idle(options.get("reset.post_delay"))

    def assert_reset(self, asserted: bool) -> None:
        """Pull nRESET low, or let it go."""
        with _as_pyocd_errors():
            self._opened.drive_reset(asserted)
        self._reset_asserted = asserted

    def is_reset_asserted(self) -> bool:
        """Return what was last asked for."""
        return self._reset_asserted

    def idle(self, seconds: float) -> None:
        """Let simulated time pass without a cycle of SWCLK; other probes wait in real time."""
        with _as_pyocd_errors():
            self._opened.idle(seconds)

    def counters(self, reset: bool = False) -> Counters:
        """Return SWCLK cycles and transfers so far; with `reset` both start anew."""
        with _as_pyocd_errors():
            return self._opened.counters(reset)

    @property
    def simulated_seconds(self) -> float:
        """Simulated time since the board's power-on."""
        return self.counters().seconds

    def flush(self) -> None:
        """Wait until the target's bus has done the last write, and raise what became of it."""
        self._port.settle()

    def read_dp(self, addr: int, now: bool = True) -> int | Callable[[], int]:
        """Read a debug port register."""
        word = self._port.read_dp(addr)
        return word if now else lambda: word

    def write_dp(self, addr: int, data: int) -> None:
        """Write a debug port register."""
        self._port.write_dp(addr, data)

    def read_ap(self, addr: int, now: bool = True) -> int | Callable[[], int]:
        """Read an access port's register; `addr` is APSEL << 24 | register."""
        word = self._port.read_ap(addr, 1)[0]
        return word if now else lambda: word

    def write_ap(self, addr: int, data: int) -> None:
        """Write an access port's register."""
        self._port.write_ap(addr, (data,))

    def read_ap_multiple(
        self, addr: int, count: int = 1, now: bool = True
    ) -> list[int] | Callable[[], list[int]]:
        """Read an access port's register `count` times."""
        words = self._port.read_ap(addr, count)
        return words if now else lambda: words

    def write_ap_multiple(self, addr: int, values: Sequence[int]) -> None:
        """Write an access port's register once for each value."""
        self._port.write_ap(addr, values)

    @property
    def _opened(self) -> DebugLink:
        if self._link is None:
            raise exceptions.ProbeError(f"the probe of virtual board {self._board} is not open")
        return self._link

    @property
    def _port(self) -> SwdPort:
        if self._swd is None:
            raise exceptions.ProbeError(f"the probe of virtual board {self._board} is not open")
        return self._swd


@contextmanager
def attached(answer: Callable[[bytes], bytes], name: str = "in-process") -> Iterator[VirtualProbe]:
    """Make a debug port of this process a probe, which pyOCD lists too, for as long as the body runs.

    Args:
        answer: host.sim.debug_port.DebugPort.answer.
        name: The probe's unique id.
    """

    def open_link() -> DebugLink:
        return InProcessLink(answer)

    VirtualProbe._in_process[name] = open_link
    try:
        yield VirtualProbe(name, open_link)
    finally:
        del VirtualProbe._in_process[name]


def _tcp(address: str) -> OpenLink:
    return lambda: TcpLink(address)


@contextmanager
def _as_pyocd_errors() -> Iterator[None]:
    try:
        yield
    except ProbeError as error:
        raise exceptions.ProbeDisconnected(str(error)) from error
