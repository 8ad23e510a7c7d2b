"""Who is at the other end of the virtual board's serial line, where several lines lead to it.

A serial line has one other end. The first line with a client has the board's port until that client leaves;
what others send meanwhile is dropped, and they get nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from host.sim.lines import Line, Moment

if TYPE_CHECKING:
    from virtual_xg24 import SentByte


@dataclass(frozen=True)
class Received:
    """Bytes from the other end, and its rate (0: the board's)."""

    data: bytes
    baud: int


class OtherEnd:
    """The lines of one serial port.

    Args:
        lines: In the order in which they are asked where several clients come at once.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._owner: Line | None = None

    def read(self) -> Iterator[Received]:
        """Yield what has come in from whoever has the port, and turn the others away."""
        # What a client wrote before it left still counts: its line is read before the port is free.
        for line in sorted(self._lines, key=lambda line: line is not self._owner):
            if self._owner is not None and line is not self._owner:
                line.turn_away()
                continue
            data = line.read()
            self._owner = line if line.present else None
            if data:
                yield Received(data, line.baud)

    def write(self, sent: "Sequence[SentByte]", now: Moment) -> None:
        """Pass on what the board has sent, to whoever has the port; to be called without bytes too."""
        for line in self._lines:
            if self._owner in (None, line):
                line.write(sent, now)
