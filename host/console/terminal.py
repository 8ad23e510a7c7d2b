"""The loop between a person's keys and a board's serial port, which may go away and come back."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress

from host.console.back_trace import BackTracer, describe
from host.console.crash_dump import DumpFinder
from host.console.line_log import LineLog
from host.console.line_remarks import LineRemarks
from host.errors import HostError, LinkError
from host.link.transports import Transport
from host.sim.lines import ConsoleLine
from host.sim.terminal_text import TerminalText

READ_S = 0.02
"""How long a key may wait for the port."""

RETRY_S = 0.5
"""Between attempts to open a port that has gone."""

QUIET_S = 1.0
"""Without a terminal, how long the board may be silent after the end of input."""

_LONGEST_LINE = 1000
_CTRL_L = 0x0C
_CLEAR_SCREEN = "\x1b[H\x1b[2J"


class Terminal:
    """Passes keys to a port and prints what it sends, without escape sequences.

    Args:
        open_port: Opens the port; called again after it has gone.
        keys: Where input comes from.
        tracer: Explains crash dumps; None where there is no image's file.
        log: Gets everything that is printed, if given.
    """

    def __init__(
        self,
        open_port: Callable[[], Transport],
        keys: ConsoleLine,
        tracer: BackTracer | None = None,
        log: LineLog | None = None,
    ) -> None:
        self._open_port = open_port
        self._keys = keys
        self._tracer = tracer
        self._log = log
        self._text = TerminalText()
        self._dumps = DumpFinder()
        self._remarks = LineRemarks(0)
        self._line = ""

    def run(self) -> None:
        """Serve until the person leaves, or piped input has ended and the board is quiet.

        Raises:
            LinkError: the port cannot be opened the first time.
            HostError: the log cannot be written.
        """
        port: Transport | None = self._opened()
        heard = time.monotonic()
        try:
            while not self._keys.ended or (not self._keys.is_terminal and time.monotonic() - heard < QUIET_S):
                if port is None:
                    port = self._reopen()
                    continue
                try:
                    data = port.read(READ_S)
                    if data:
                        heard = time.monotonic()
                        self._show(self._text.filter(data))
                        self._remark(self._remarks.received(data))
                    self._send(port)
                    self._remark(self._remarks.silence())
                except LinkError as error:
                    self._say(f"{error}; waiting for it")
                    port.close()
                    port = None
            self._remark(self._remarks.silence(ended=True))
        finally:
            if port is not None:
                port.close()

    def _send(self, port: Transport) -> None:
        typed = self._keys.read()
        if not typed:
            return
        if self._keys.is_terminal and _CTRL_L in typed:
            self._print(_CLEAR_SCREEN)  # the board's own sequence does not get through
        port.write(typed)
        self._remarks.typed(typed)

    def _opened(self) -> Transport:
        port = self._open_port()
        self._remarks = LineRemarks(port.baud)
        return port

    def _reopen(self) -> Transport | None:
        end = time.monotonic() + RETRY_S
        while time.monotonic() < end and not self._keys.ended:
            self._keys.read()  # Ctrl-] leaves here as well; other keys have nowhere to go
            time.sleep(READ_S)
        with suppress(HostError):
            port = self._opened()
            self._say("the port is back")
            return port
        return None

    def _show(self, text: str) -> None:
        # Line by line: what is said about a line stands below it, before what came with it.
        for piece in text.splitlines(keepends=True):
            self._print(piece)
            if self._log is not None:
                self._log.add(piece)
            self._line = (self._line + piece)[-_LONGEST_LINE:]
            if piece.endswith("\n"):
                line, self._line = self._line, ""
                self._finished(line)

    def _finished(self, line: str) -> None:
        self._remark(self._remarks.line(line))
        dump = self._dumps.add(line)
        if dump is not None:
            frames = self._tracer.trace(dump) if self._tracer else ()
            for each in describe(dump, frames, self._tracer):
                self._say(each)

    def _remark(self, line: str) -> None:
        if line:
            self._say(line)

    def _say(self, line: str) -> None:
        end = "\r\n" if self._keys.is_terminal else "\n"
        self._print(f"{end if self._line else ''}* {line}{end}")
        self._line = ""
        if self._log is not None:
            self._log.note(line)

    def _print(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise HostError(f"cannot write to standard output: {error.strerror or error}") from error
