"""What carries the link's bytes: a serial port, a pseudo-terminal, TCP (socket://…), or a virtual board.

A transport only moves bytes and tells its time; frames and repetitions are the client's.
"""

import os
import re
import select
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import serial

from host.errors import LinkError
from host.link import port_names
from host.sim import installation
from host.sim.conditions import StopReason

if TYPE_CHECKING:
    from host.sim.board import VirtualBoard

DEFAULT_BAUD = 115_200

_WRITE_TIMEOUT_S = 5.0
_CHUNK = 4096
_PSEUDO_TERMINALS = "/dev/pts/"
_NAMED = 3  # processes in an error
_SLICE_CYCLES = 20_000  # of a virtual board between looks at what it has sent
_GONE = frozenset({StopReason.LOCKUP, StopReason.HALTED, StopReason.POWER_CUT, StopReason.UNMODELLED})


class Transport(Protocol):
    """A line to a device."""

    @property
    def name(self) -> str:
        """What a person calls it: the port's path."""

    @property
    def baud(self) -> int:
        """The rate in bits per second; 0 where it has none."""

    @baud.setter
    def baud(self, baud: int) -> None: ...

    def now(self) -> float:
        """Return the line's time in seconds, from any start."""

    def read(self, timeout_s: float) -> bytes:
        """Return what has come in, at least a byte, or nothing after `timeout_s`.

        Raises:
            LinkError: the port has gone.
        """

    def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            LinkError: the port has gone, or takes nothing.
        """

    def reopen(self) -> None:
        """Open the port anew at DEFAULT_BAUD, after it had gone.

        Raises:
            LinkError: it is still gone.
        """

    def close(self) -> None:
        """Give the port up."""


class SerialTransport:
    """A port by its path or URL as pyserial takes it; nobody else may have it open.

    Raises:
        LinkError: there is no such port, it cannot be opened, or another process has it (which is named).
    """

    def __init__(self, port: str, baud: int = DEFAULT_BAUD) -> None:
        self._name = port
        self._port = _open(port, baud)

    @property
    def name(self) -> str:
        """The port's path or URL."""
        return self._name

    @property
    def baud(self) -> int:
        """The port's rate; 0 over TCP."""
        return int(self._port.baudrate) if port_names.is_path(self._name) else 0

    @baud.setter
    def baud(self, baud: int) -> None:
        if not port_names.is_path(self._name):
            return
        try:
            self._port.flush()
            self._port.baudrate = baud
        except (serial.SerialException, OSError, ValueError) as error:
            raise LinkError(f"{self._name} cannot be set to {baud} baud: {_reason(error)}") from error

    def now(self) -> float:
        """Return real time."""
        return time.monotonic()

    def read(self, timeout_s: float) -> bytes:
        """Return what has come in; see Transport."""
        try:
            if not select.select([self._port.fileno()], [], [], max(timeout_s, 0.0))[0]:
                return b""
            return bytes(self._port.read(_CHUNK))
        except (serial.SerialException, OSError, ValueError, TypeError) as error:
            raise self._gone(error) from error

    def write(self, data: bytes) -> None:
        """Send bytes; see Transport."""
        try:
            self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise LinkError(
                f"{self._name} takes no bytes: nobody reads its other end; check that the board is powered"
            ) from error
        except (serial.SerialException, OSError, ValueError, TypeError) as error:
            raise self._gone(error) from error

    def reopen(self) -> None:
        """Open the port anew; see Transport."""
        self.close()
        self._port = _open(self._name, DEFAULT_BAUD)

    def close(self) -> None:
        """Give the port up."""
        with suppress(serial.SerialException, OSError):
            self._port.close()

    def _gone(self, error: Exception) -> LinkError:
        if self._name.startswith(_PSEUDO_TERMINALS):
            return LinkError(f"{self._name} has gone: who serves it has ended")
        if port_names.is_path(self._name):
            return LinkError(f"{self._name} has gone ({_reason(error)}): plug the board in again")
        return LinkError(f"{self._name} has gone: who serves it has ended, or serves another client")


class BoardTransport:
    """A virtual board in this process; its time is simulated, so that sessions are deterministic."""

    def __init__(self, board: "VirtualBoard") -> None:
        self._board = board
        self._baud = DEFAULT_BAUD
        self._listener = installation.simulator().LineListener()

    @property
    def name(self) -> str:
        """What stands in messages."""
        return "the virtual board in this process"

    @property
    def baud(self) -> int:
        """The rate of this end; bytes of a board at another rate come in damaged."""
        return self._baud

    @baud.setter
    def baud(self, baud: int) -> None:
        self._baud = baud

    def now(self) -> float:
        """Return simulated time."""
        return self._board.seconds

    def read(self, timeout_s: float) -> bytes:
        """Let the board run until it has sent something, or simulated time has passed."""
        end = self._board.seconds + timeout_s
        while True:
            board = self._board
            heard: bytes = self._listener.hear(board.sent_bytes(), board.now, board.core_hz, self._baud)
            if heard:
                return heard
            if self._board.seconds >= end:
                return b""
            stop = self._board.run(cycles=_SLICE_CYCLES)
            if stop.reason in _GONE:
                raise LinkError(f"the virtual board has stopped: {stop.line()}")

    def write(self, data: bytes) -> None:
        """Put bytes on the line."""
        self._board.send(data, baud=self._baud)

    def reopen(self) -> None:
        """Go back to the first rate."""
        self._baud = DEFAULT_BAUD

    def close(self) -> None:
        """Leave the board as it is."""


def users(path: str) -> tuple[str, ...]:
    """Return the processes of this computer, other than this one, that have a port open, as "NAME (PID)".

    Only those that this user may look into are found.
    """
    with suppress(OSError):
        wanted = Path(path).stat().st_rdev
        found = (pid for pid in _processes() if wanted and pid != os.getpid() and _has_open(pid, wanted))
        return tuple(f"{_process_name(pid)} ({pid})" for pid in found)
    return ()


def _open(port: str, baud: int) -> Any:  # the classes behind URLs have no type in common
    port_names.check(port)
    is_path = port_names.is_path(port)
    if is_path and not _exists(port):
        raise LinkError(f"there is no port {port}: {port_names.advice(port)}")
    if is_path and _is_something_else(port):
        raise LinkError(f"{port} is no serial port: give the path of one with --port")
    others = users(port) if is_path else ()
    if others:
        raise _in_use(port, others)
    options: dict[str, Any] = {"baudrate": baud, "timeout": 0, "write_timeout": _WRITE_TIMEOUT_S}
    if is_path:
        options["exclusive"] = True
    try:
        opened: Any = serial.serial_for_url(port, **options)
    except (serial.SerialException, OSError, ValueError) as error:
        if is_path and "exclusively lock" in str(error):
            raise _in_use(port, users(port)) from error
        raise LinkError(f"cannot open {port}: {_reason(error)}") from error
    with suppress(serial.SerialException, OSError):
        opened.reset_input_buffer()
    return opened


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # a name that is too long, or behind a folder that may not be read
        return False


def _is_something_else(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return False  # pyserial says why
    try:
        return not os.isatty(descriptor)
    finally:
        os.close(descriptor)


def _in_use(port: str, others: tuple[str, ...]) -> LinkError:
    named = ", ".join(others[:_NAMED]) + (" and others" if len(others) > _NAMED else "")
    return LinkError(f"{port} is in use by {named or 'another process'}: end that first")


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _has_open(pid: int, device: int) -> bool:
    try:
        links = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
    for link in links:
        with suppress(OSError):
            if link.stat().st_rdev == device:
                return True
    return False


def _process_name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return "a process"


def _reason(error: Exception) -> str:
    # pyserial puts the cause's text, with path and number, into its own.
    number = getattr(error, "errno", None)
    if number:
        return os.strerror(number)
    text = " ".join(str(error).split())
    return re.split(r"\[Errno -?\d+\] |^Could not open port \S+: ", text)[-1]
