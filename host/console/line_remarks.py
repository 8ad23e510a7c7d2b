"""What a person at a terminal should be told about the line: no answer, no text, or the benchmark's image."""

import re
import time
from collections import deque
from collections.abc import Callable

SILENT_S = 2.0
"""How long after a typed line a board that was never heard may stay silent."""

_LOOKED_AT = 64  # of the last bytes
_FEWEST = 24
_MOST_STRANGE = 0.3  # of them
_ENDS_OF_LINES = b"\r\n%"
_PLAIN = frozenset([*range(0x20, 0x7F), *b"\a\b\t\r\n\x1b"])
_RUNNER = re.compile(r"m-(ready|init-done|timestamp-mode-\w+|name-dut-\[.*\])")


class LineRemarks:
    """Looks at what goes over one opened port; each remark is made once.

    Args:
        baud: The port's rate; 0 where it has none.
        now: Gives the time in seconds.
    """

    def __init__(self, baud: int, now: Callable[[], float] = time.monotonic) -> None:
        self._baud = baud
        self._now = now
        self._last: deque[int] = deque(maxlen=_LOOKED_AT)
        self._heard = False
        self._typed_at: float | None = None
        self._made: set[str] = set()

    def typed(self, keys: bytes) -> None:
        """Take what went to the board."""
        if self._typed_at is None and any(byte in _ENDS_OF_LINES for byte in keys):
            self._typed_at = self._now()

    def received(self, data: bytes) -> str:
        """Take what came from the board, at least a byte; return a remark, or ""."""
        self._heard = True
        self._last.extend(data)
        strange = sum(byte not in _PLAIN for byte in self._last)
        if len(self._last) < _FEWEST or strange <= _MOST_STRANGE * len(self._last):
            return ""
        rate = f" than {self._baud}: give the right one with --baud" if self._baud else ""
        return self._once(f"what comes in is no text: the board may have another baud rate{rate}")

    def line(self, line: str) -> str:
        """Take a line of text from the board; return a remark, or ""."""
        if not _RUNNER.fullmatch(line.strip()):
            return ""
        return self._once(
            "the board runs the benchmark's image: it knows its runner's commands alone, which end with %, "
            "as name%; the console is in an image of host.build without --app"
        )

    def silence(self, ended: bool = False) -> str:
        """Return a remark on a board that was never heard though it was talked to, or "".

        Args:
            ended: Nobody waits any longer.
        """
        if self._heard or self._typed_at is None:
            return ""
        if not ended and self._now() - self._typed_at < SILENT_S:
            return ""
        rate = f", whether its rate is {self._baud} baud (--baud)" if self._baud else ""
        return self._once(
            f"the board says nothing: check its power{rate}, and whether it runs the benchmark's image, "
            "which answers to name%"
        )

    def _once(self, remark: str) -> str:
        if remark in self._made:
            return ""
        self._made.add(remark)
        return remark
