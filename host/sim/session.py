"""Lets a virtual board run beside real time, with lines to the outside: what `run` and `serve` do.

Simulated time follows real time at a speed, or goes as fast as it can. A computer that is too slow for the
speed does not catch up later.
"""

import select
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from host.sim.board import Until, VirtualBoard
from host.sim.conditions import Cycles, Stop, StopReason
from host.sim.debug_server import DebugServer
from host.sim.lines import Line, Moment
from host.sim.other_end import OtherEnd

_STEP_S = 0.01  # simulated time between looks at the lines
_DEBUG_STEP_S = 0.001  # the same while a debugger is at work,
_DEBUG_BUSY_STEP_S = 0.0001  # and the core too, so that steps take as long as they simulate
_BEHIND_S = 0.2  # of real time: more is not caught up
_QUIET_STEPS = 10  # steps in which nothing happened, after which the board only waits for its line


@dataclass(frozen=True)
class Limits:
    """What ends a session besides its lines.

    Attributes:
        until: What to wait for.
        max_cycles: Core cycles since power-on.
        timeout_s: Seconds of real time.
    """

    until: Until = None
    max_cycles: int | None = None
    timeout_s: float | None = None


@dataclass(frozen=True)
class _Progress:
    """What tells whether a step did anything."""

    cycle: int
    idle_cycles: int


class Session:
    """A board with its lines.

    Args:
        board: The board, its image loaded.
        lines: What leads to serial port 0; the first one with a client has it, see OtherEnd.
        speed: Simulated seconds per real second; None for as fast as possible. Simulated time then stands
            still while the board only waits for its lines.
        ends_when_quiet: End as soon as all lines have ended and the board only waits for them.
        debug: The board's debug port, served: a core that it halts, or that locks up, ends nothing then.
    """

    def __init__(
        self,
        board: VirtualBoard,
        lines: Sequence[Line],
        speed: float | None,
        ends_when_quiet: bool = False,
        debug: DebugServer | None = None,
    ) -> None:
        self._board = board
        self._lines = lines
        self._other_end = OtherEnd(lines)
        self._speed = speed
        self._ends_when_quiet = ends_when_quiet
        self._debug = debug
        self._quiet = 0
        self._busy = True  # the core, in the last step

    def run(self, limits: Limits, on_step: Callable[[], None] | None = None) -> Stop | None:
        """Run until a limit is reached, the board stops, or the lines end: then None, if nothing is awaited.

        Args:
            limits: What ends the session.
            on_step: Called between steps.

        Raises:
            UsageError: a symbol to wait for does not exist.
            FirmwareError: standard output takes no more.
        """
        board = self._board
        end = time.monotonic() + limits.timeout_s if limits.timeout_s is not None else None
        pace = _Pace(board, self._speed) if self._speed is not None else None
        with board.watching(limits.until):
            while True:
                self._receive()
                # A cycle comes by itself, whether or not somebody is on the line.
                if self._over() and not isinstance(limits.until, Cycles):
                    return None if limits.until is None else board.stopped(StopReason.LINE_ENDED)
                stop = self._serve_debugger(pace)
                if stop is None and not self._ahead(pace):
                    stop = self._step(limits)
                if stop is not None:
                    return stop
                if end is not None and time.monotonic() >= end:
                    return board.stopped(StopReason.TIMEOUT)
                if on_step is not None:
                    on_step()
                self._wait(pace, end)

    @property
    def asleep(self) -> bool:
        """Whether the board does nothing but wait for its lines, or for nothing at all."""
        return self._quiet >= _QUIET_STEPS

    def _receive(self) -> None:
        for received in self._other_end.read():
            self._quiet = 0
            self._board.send(received.data, baud=received.baud)

    def _over(self) -> bool:
        if not self._lines or not all(line.ended for line in self._lines):
            return False
        return not self._ends_when_quiet or self.asleep

    def _serve_debugger(self, pace: "_Pace | None") -> Stop | None:
        if self._debug is None or not self._debug.serve():
            return None
        self._quiet = 0
        self._send()
        if pace is not None:
            pace.forgive()
        return self._debug.port.take_stop()

    def _ahead(self, pace: "_Pace | None") -> bool:
        """Whether the board need not go on at once, so that the debugger's next request comes first."""
        at_work = self._debug is not None and self._debug.at_work
        return at_work and pace is not None and pace.ahead_s() > 0

    def _send(self) -> bool:
        """Pass on what the board has sent; False for nothing."""
        board = self._board
        sent = board.sent_bytes()
        self._other_end.write(sent, Moment(board.now, board.core_hz))
        return bool(sent)

    def _step(self, limits: Limits) -> Stop | None:
        board = self._board
        before = self._progress()
        cycles = max(int(board.core_hz * self._step_s()), 1)
        if limits.max_cycles is not None:
            cycles = max(min(cycles, limits.max_cycles - board.now), 0)
        stop = board.resume(limits.until, cycles=cycles, through_halts=self._debug is not None)
        sent = self._send()
        after = self._progress()
        awake = (after.cycle - before.cycle) - (after.idle_cycles - before.idle_cycles)
        self._busy = bool(awake)
        self._quiet = 0 if sent or board.awaits_line or awake else self._quiet + 1
        step_ended = StopReason.CYCLES if limits.until is None else StopReason.CYCLE_LIMIT
        if stop.reason is not step_ended:
            return stop
        if limits.max_cycles is not None and board.now >= limits.max_cycles:
            return board.stopped(StopReason.CYCLE_LIMIT)
        return None

    def _step_s(self) -> float:
        if self._debug is None or not self._debug.at_work:
            return _STEP_S
        return _DEBUG_BUSY_STEP_S if self._busy else _DEBUG_STEP_S

    def _progress(self) -> _Progress:
        board = self._board
        return _Progress(board.now, board.sleep_cycles + board.halted_cycles)

    def _wait(self, pace: "_Pace | None", end: float | None) -> None:
        if pace is not None:
            wait_s: float | None = pace.ahead_s()
            if wait_s == 0.0:
                return
        elif self.asleep and not self._ends_now():
            wait_s = None
        else:
            return
        if end is not None:
            left = max(end - time.monotonic(), 0.0)
            wait_s = left if wait_s is None else min(wait_s, left)
        descriptors = [descriptor for line in self._lines for descriptor in line.waiting_on()]
        if self._debug is not None:
            descriptors += self._debug.waiting_on()
        # A terminal that nobody has open cannot be waited for: it is looked at now and then.
        waits_for_all = all(line.waiting_on() for line in self._lines)
        if wait_s is None and not waits_for_all:
            wait_s = 0.05
        select.select(descriptors, [], [], wait_s)

    def _ends_now(self) -> bool:
        return self._ends_when_quiet and all(line.ended for line in self._lines)


class _Pace:
    def __init__(self, board: VirtualBoard, speed: float) -> None:
        self._board = board
        self._speed = speed
        self._start = time.monotonic() - board.seconds / speed

    def forgive(self) -> None:
        """Let time that debug transfers took pass for real time."""
        self._start -= self.ahead_s()

    def ahead_s(self) -> float:
        """Return the real seconds that simulated time is ahead of real time, at least 0."""
        ahead = self._start + self._board.seconds / self._speed - time.monotonic()
        if ahead < -_BEHIND_S:
            self._start -= ahead
        return max(ahead, 0.0)
