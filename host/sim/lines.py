"""The other end of the virtual board's serial line: a pseudo-terminal, a TCP port, or this process's console.

A line never blocks. Bytes that nobody is there to take are lost, as on a real line.
"""

import errno
import os
import select
import socket
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TextIO

from host.errors import FirmwareError
from host.sim import installation
from host.sim.terminal_text import TerminalText

if TYPE_CHECKING:
    from virtual_xg24 import LineListener, SentByte

LEAVE = 0x1D
"""Ctrl-], which leaves the console."""

_CHUNK = 4096
_RATES = {
    getattr(termios, name): int(name[1:])
    for name in dir(termios)
    if name.startswith("B") and name[1:].isdigit() and name != "B0"
}


@dataclass(frozen=True)
class Moment:
    """The board's time.

    Attributes:
        cycle: Core cycles since the board was made.
        core_hz: The core's clock.
    """

    cycle: int
    core_hz: int


class Line(Protocol):
    """What a line does, seen from the board."""

    @property
    def ended(self) -> bool:
        """Whether the other side has gone for good."""

    @property
    def baud(self) -> int:
        """The other side's rate; 0 where it has none of its own and takes the board's."""

    @property
    def present(self) -> bool:
        """Whether somebody is there now."""

    def waiting_on(self) -> Sequence[int]:
        """Return the file descriptors that get readable when there is something to do."""

    def read(self) -> bytes:
        """Return what has come in."""

    def turn_away(self) -> None:
        """Drop what has come in: another line has the port; to be called instead of read and write."""

    def write(self, sent: "Sequence[SentByte]", now: Moment) -> None:
        """Pass on what the board has sent since the last call; to be called without bytes too."""


class PtyLine:
    """A pseudo-terminal; `path` is what a client opens.

    A client's termios rate counts: where it is not the rate of the board's bytes, both sides get garbage.
    """

    def __init__(self, baud: int) -> None:
        try:
            self._master, client = os.openpty()
            self.path = os.ttyname(client)
            tty.setraw(client)
            settings = termios.tcgetattr(client)
            settings[4] = settings[5] = getattr(termios, f"B{baud}", termios.B115200)
            termios.tcsetattr(client, termios.TCSANOW, settings)
        except (OSError, termios.error) as error:
            raise FirmwareError(f"cannot make a pseudo-terminal: {error}") from error
        # With no client's end open in this process the kernel tells whether somebody has opened it.
        os.close(client)
        os.set_blocking(self._master, False)
        self._poll = select.poll()
        self._poll.register(self._master, select.POLLIN | select.POLLHUP)
        self._open = False
        self._listener: LineListener | None = None

    def close(self) -> None:
        """Take the terminal away."""
        os.close(self._master)

    @property
    def ended(self) -> bool:
        """Never: the next client may come at any time."""
        return False

    @property
    def baud(self) -> int:
        """The rate that the client has set."""
        try:
            return _RATES.get(termios.tcgetattr(self._master)[5], 0)
        except termios.error:
            return 0

    @property
    def present(self) -> bool:
        """Whether a client has the terminal open now."""
        events = dict(self._poll.poll(0)).get(self._master, 0)
        is_open = not events & select.POLLHUP
        if self._open and not is_open:
            self._flush()
        self._open = is_open
        return is_open

    def _flush(self) -> None:
        """Drop what a client left unread, through its end of the line: the next one must not get it."""
        with suppress(OSError, termios.error):
            client = os.open(self.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            try:
                termios.tcflush(client, termios.TCIFLUSH)
            finally:
                os.close(client)

    def waiting_on(self) -> Sequence[int]:
        """Return the terminal, unless nobody has it open: it would count as readable all the time."""
        return (self._master,) if self.present else ()

    def read(self) -> bytes:
        """Return what the client has sent; a client may have gone since."""
        try:
            return os.read(self._master, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno == errno.EIO:  # nobody has it open
                return b""
            raise

    def turn_away(self) -> None:
        """Drop what the client sends; it hears nothing."""
        self._listener = None
        while self.read():
            pass

    def write(self, sent: "Sequence[SentByte]", now: Moment) -> None:
        """Pass bytes on as a receiver at the client's rate reads them; without a client they are lost."""
        if not self.present:
            self._listener = None
            return
        baud = self.baud
        if baud == 0:
            data = bytes(byte.value for byte in sent)
        else:
            if self._listener is None:
                self._listener = installation.simulator().LineListener()
            data = self._listener.hear(list(sent), now.cycle, now.core_hz, baud)
        if not data:
            return
        with suppress(OSError):  # a client that does not read loses bytes
            os.write(self._master, data)


class TcpLine:
    """A TCP port for one client at a time; a second one is closed at once. It has no rate."""

    def __init__(self, host: str, port: int) -> None:
        try:
            self._listener = socket.create_server((host, port), reuse_port=False)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise FirmwareError(f"cannot listen on {host}:{port}: {reason}") from error
        self._listener.setblocking(False)
        self._client: socket.socket | None = None
        self.address = "{}:{}".format(*self._listener.getsockname()[:2])

    def close(self) -> None:
        """Close the port and the connection."""
        self._drop()
        self._listener.close()

    @property
    def ended(self) -> bool:
        """Never: the next client may come at any time."""
        return False

    @property
    def baud(self) -> int:
        """None of its own."""
        return 0

    @property
    def present(self) -> bool:
        """Whether a client is connected."""
        return self._client is not None

    def waiting_on(self) -> Sequence[int]:
        """Return the port and the connection."""
        sockets = (self._listener, self._client) if self._client else (self._listener,)
        return tuple(each.fileno() for each in sockets)

    def read(self) -> bytes:
        """Accept a client that waits, and return what the present one has sent."""
        self._accept()
        if self._client is None:
            return b""
        try:
            data = self._client.recv(_CHUNK)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._drop()
        return data

    def turn_away(self) -> None:
        """Close whoever connects."""
        self._accept()
        self._drop()

    def write(self, sent: "Sequence[SentByte]", now: Moment) -> None:
        """Pass bytes on; without a client, or with one that does not read, they are lost."""
        if self._client is None or not sent:
            return
        try:
            self._client.send(bytes(byte.value for byte in sent))
        except BlockingIOError:
            pass
        except OSError:
            self._drop()

    def _accept(self) -> None:
        with suppress(BlockingIOError):
            while True:
                client, _ = self._listener.accept()
                if self._client is not None:
                    client.close()
                    continue
                client.setblocking(False)
                self._client = client

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


class ConsoleLine:
    """This process's standard input, and an output; what the board sends is freed of escape sequences.

    On a terminal keys go to the board as they are pressed and Ctrl-] leaves; else the input's end does.
    """

    def __init__(self, output: TextIO) -> None:
        """Print to `output`; its reader may have gone."""
        try:
            self._input = sys.stdin.fileno()
        except (AttributeError, OSError, ValueError) as error:
            raise FirmwareError("there is no standard input: give /dev/null") from error
        self._output = output
        self._text = TerminalText()
        self._ended = False

    @property
    def is_terminal(self) -> bool:
        """Whether somebody types."""
        return os.isatty(self._input)

    @property
    def ended(self) -> bool:
        """Whether the input has ended, or somebody has pressed Ctrl-]."""
        return self._ended

    @property
    def baud(self) -> int:
        """None of its own."""
        return 0

    @property
    def present(self) -> bool:
        """Whether more may be typed."""
        return not self._ended

    @contextmanager
    def raw(self) -> Iterator[None]:
        """Pass keys on unchanged for as long as the body runs, where there is a terminal."""
        if not self.is_terminal:
            yield
            return
        before = termios.tcgetattr(self._input)
        try:
            tty.setraw(self._input)
            yield
        finally:
            termios.tcsetattr(self._input, termios.TCSADRAIN, before)

    def waiting_on(self) -> Sequence[int]:
        """Return the input until it has ended."""
        return () if self._ended else (self._input,)

    def read(self) -> bytes:
        """Return what was typed, or waits in the pipe."""
        if self._ended or not select.select([self._input], [], [], 0)[0]:
            return b""
        data = os.read(self._input, _CHUNK)
        if not data:
            self._ended = True
        elif self.is_terminal and LEAVE in data:
            self._ended = True
            data = data[: data.index(LEAVE)]
        return data

    def turn_away(self) -> None:
        """Drop what was typed."""
        self.read()

    def write(self, sent: "Sequence[SentByte]", now: Moment) -> None:
        """Print bytes.

        Raises:
            FirmwareError: the output takes no more.
            BrokenPipeError: its reader has gone.
        """
        text = self._text.filter(bytes(byte.value for byte in sent))
        try:
            if text:
                self._output.write(text)
                self._output.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise FirmwareError(f"cannot write what the board sends: {error.strerror or error}") from error
