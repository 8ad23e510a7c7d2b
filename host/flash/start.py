"""Whether the image that was flashed runs: its banner on the board's serial port, with its build id."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from host.boards import Board
from host.errors import FlashError, HostError, LinkError
from host.flash import probes
from host.flash.image import FlashImage
from host.flash.probes import Probe
from host.link import ports
from host.link.transports import SerialTransport
from host.sim import registry
from host.sim.terminal_text import TerminalText

CONSOLE = "console"
"""The application that prints a banner."""

WAIT_S = 10.0
"""How long the banner may take: a board boots in a second, a simulated one may need longer."""

_READ_S = 0.1
_KEPT = 4096  # characters of which the banner is looked for
# Printed by firmware/app/report.cc at each start.
_BANNER = re.compile(r"Earshot (\S+) on (\S+), build ([0-9a-f]+)\s")


@dataclass(frozen=True)
class Started:
    """What the banner said.

    Attributes:
        build_id: Of the image that runs; "" where nobody could listen.
        port: The serial port; "" where there is none.
        doubt: Why the start is not confirmed, one line; "" where it is.
    """

    build_id: str
    port: str
    doubt: str = ""


class Listener:
    """Listens on a board's serial port while the image is started.

    Args:
        board: The board.
        probe: Its probe: a virtual one says which virtual board it is.
        contents: The image.
        port: The port that the user named, which is opened at once: what is wrong with it is to be told
            before anything is written. None: found as host.link finds it.

    Raises:
        LinkError: the port that was named cannot be opened.
    """

    def __init__(self, board: Board, probe: Probe, contents: FlashImage, port: str | None = None) -> None:
        self._board, self._probe = board, probe
        self._build_id = contents.build_id
        self._doubt = _silence(contents)
        self._transport = SerialTransport(port) if port is not None and not self._doubt else None

    def close(self) -> None:
        """Give the port up."""
        if self._transport is not None:
            self._transport.close()

    def begin(self) -> None:
        """Listen from now on, right before the image is started; a port that is not found leaves a doubt."""
        if self._doubt:
            return
        try:
            if self._transport is None:
                self._transport = SerialTransport(_port(self._board, self._probe))
            end = time.monotonic() + _READ_S
            while self._transport.read(0.0) and time.monotonic() < end:
                pass  # what an earlier image has printed
        except HostError as error:
            self._doubt = str(error)

    def wait(self, timeout_s: float = WAIT_S, on_wait: Callable[[], None] = lambda: None) -> Started:
        """Wait for the banner.

        Args:
            timeout_s: In real time.
            on_wait: Called several times a second; may raise to end the waiting.

        Raises:
            FlashError: there is none, or that of another build.
        """
        if self._transport is None:
            assert self._doubt  # there would be a port after `begin`
            return Started("", "", self._doubt)
        name, wanted = self._transport.name, self._build_id
        try:
            found = self._banner(timeout_s, on_wait)
        except LinkError as error:
            return Started("", name, str(error))
        if not found:
            raise FlashError(
                f"verified, but the image does not start: no banner on {name} within {timeout_s:g} s; "
                "look at the board with python -m host.console, or name another --port"
            )
        if found != wanted:
            raise FlashError(
                f"verified, but the board on {name} starts build {found}, not {wanted}: that port is another "
                "board's, or a bootloader starts another image; name the right one with --port"
            )
        return Started(found, name)

    def _banner(self, timeout_s: float, on_wait: Callable[[], None]) -> str:
        """Return the build id of the first whole banner, "" if none comes."""
        assert self._transport is not None
        filtered, text = TerminalText(), ""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            on_wait()
            text = (text + filtered.filter(self._transport.read(_READ_S)))[-_KEPT:]
            match = _BANNER.search(text)
            if match:
                return match[3]
        return ""


def _silence(contents: FlashImage) -> str:
    """Return why an image's start cannot be seen; "" where it can."""
    if contents.note is None:
        return "the image has no note that says what its banner is"
    if contents.note.application != CONSOLE:
        return f"an image of the application {contents.note.application} prints no banner"
    return "" if contents.build_id else "the image has no build id"


def _port(board: Board, probe: Probe) -> str:
    if not probe.is_virtual:
        return _same_device(probe) or _by_ids(board, probe)
    for served in registry.running():
        if served.name == probe.unique_id:
            return served.serial
    raise LinkError(f"the virtual board {probe.unique_id} has no serial port")


def _by_ids(board: Board, probe: Probe) -> str:
    if not probes.fits(board, probe):
        # A port with the ids of the board's own probe would be that of another board.
        raise LinkError(f"{probe} is not the {board.name}'s own probe: name its serial port with --port")
    return ports.find(board.name)


def _same_device(probe: Probe) -> str | None:
    """Return the serial port of the USB device that the probe is; None where that cannot be told."""
    from serial.tools import list_ports

    number = probe.unique_id.lower().lstrip("0")
    found = [
        str(port.device)
        for port in list_ports.comports()
        if number and str(port.serial_number or "").lower().lstrip("0") == number
    ]
    return found[0] if len(found) == 1 else None
