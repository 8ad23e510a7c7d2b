"""Waiting for the part behind a probe, in the part's own time.

On hardware that is the time of this computer. A virtual probe has the board's simulated time, and lets it
pass without a clock on the wire: its class has `idle(seconds)` and the property `simulated_seconds`.
"""

import time
from typing import Any, Protocol


class Pause(Protocol):
    """A clock and a way to let it go on."""

    def now(self) -> float:
        """Return seconds since some moment."""

    def wait(self, seconds: float) -> None:
        """Let this much time pass; nothing for 0 or less."""


class RealTime:
    """The time of this computer."""

    def now(self) -> float:
        """Return seconds of the monotonic clock."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Sleep."""
        if seconds > 0:
            time.sleep(seconds)


class SimulatedTime:
    """The time of the virtual board behind a probe."""

    def __init__(self, probe: Any) -> None:
        self._probe = probe

    def now(self) -> float:
        """Return simulated seconds since the board's power-on."""
        return float(self._probe.simulated_seconds)

    def wait(self, seconds: float) -> None:
        """Let simulated time pass; SWCLK stands."""
        if seconds > 0:
            self._probe.idle(seconds)


def for_probe(probe: Any) -> Pause:
    """Return the time of the part behind one of pyOCD's probes."""
    return SimulatedTime(probe) if hasattr(type(probe), "simulated_seconds") else RealTime()
