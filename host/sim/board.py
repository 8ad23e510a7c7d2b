"""The virtual board: loads images, runs them in simulated time, and lets scripts look and interfere.

Runs are deterministic: the same calls with the same arguments give the same memory, registers and cycles.
Only a timeout depends on the machine that simulates.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from host.errors import ImageError, UsageError
from host.sim.accuracy import CYCLE_ERROR as CYCLE_ERROR
from host.sim.board_access import BoardAccess, check_port
from host.sim.board_settings import RAM_BASE, check_range
from host.sim.board_settings import BoardSettings as BoardSettings
from host.sim.conditions import Condition, Cycles, Stop, StopReason, Symbol, Text
from host.sim.fault_schedule import FaultSchedule
from host.sim.image_file import FLASH_BASE, ImageFile
from host.sim.injection import Injection

if TYPE_CHECKING:
    import virtual_xg24 as core

_SLICE_CYCLES = 1 << 21  # between looks at the clock and at signals: about 20 ms of simulation
_NEVER = (1 << 64) - 1
_ADDRESS_MOST = (1 << 32) - 1
_RESET_BY_PIN = 1 << 1  # EMU.RSTCAUSE.PIN

_DEFAULT_SETTINGS = BoardSettings()


@dataclass(frozen=True)
class Snapshot:
    """A board's whole state, for `VirtualBoard.restore` of a board with the same settings."""

    state: bytes
    pending: tuple[Injection, ...]


class VirtualBoard(BoardAccess):
    """A virtual xG24, powered on, with flash erased until an image is loaded.

    Attributes:
        image: The image that was loaded last.
        settings: What it was made with.

    Raises:
        BuildError: the simulator is not installed.
    """

    def __init__(self, settings: BoardSettings = _DEFAULT_SETTINGS) -> None:
        super().__init__(settings)
        self._faults = FaultSchedule(self.core, settings)
        self._runs = False
        self._stop_requested = False
        self._faults_changed = False

    # Images, power and reset.

    def load(self, image: ImageFile) -> None:
        """Write an image to flash (and RAM, where it has parts there), and switch the power off and on.

        All injected faults end: those that wait for their cycle, and those that last.

        Raises:
            ImageError: a part of it lies outside of the chip's memories, or its vector table is nonsense.
            UsageError: the board runs.
        """
        self._check_stands()
        for segment in image.segments:
            fits = 0 <= segment.address <= _ADDRESS_MOST
            if not fits or not self.core.load(segment.address, segment.data):
                raise ImageError(
                    f"{image.path} does not fit the chip: {len(segment.data):,} bytes at "
                    f"{segment.address:#010x}, and {self.settings.memories}"
                )
        self._check_vectors(image)
        self._faults.clear()
        self.image = image
        self._functions = None
        self.core.power_on()
        # Power-on gives RAM its first contents: what an image has there comes after.
        for segment in image.segments:
            if segment.address >= RAM_BASE:
                self.core.load(segment.address, segment.data)

    def power_on(self) -> None:
        """Switch the power off and on: flash and injected faults stay, all else starts anew.

        Raises:
            UsageError: the board runs.
        """
        self._check_stands()
        self.core.power_on()

    def reset(self) -> None:
        """Pull the reset pin: flash, RAM and injected faults stay.

        Raises:
            UsageError: the board runs.
        """
        self._check_stands()
        self.core.reset(_RESET_BY_PIN)

    # Running.

    def run(
        self,
        until: "Until" = None,
        *,
        cycles: int | None = None,
        timeout_s: float | None = None,
        through_halts: bool = False,
    ) -> Stop:
        """Let the board run.

        Args:
            until: What to wait for; a function is asked every 2**21 cycles.
            cycles: Limit in core cycles from now; the reason is CYCLES without `until`, else CYCLE_LIMIT.
            timeout_s: Limit in seconds of real time; it is looked at about every 20 ms.
            through_halts: A core that halts for a debugger or locks up does not end the run: time goes on.

        Returns:
            Where the run ended and why. With no argument at all it goes on until something stops the board.

        Raises:
            UsageError: `until` names a symbol that the image does not have, a limit is negative, or a
                callback calls this.
            Exception: what a callback raised.
        """
        with self.watching(until):
            return self.resume(until, cycles=cycles, timeout_s=timeout_s, through_halts=through_halts)

    @contextmanager
    def watching(self, until: "Until") -> Iterator[None]:
        """Watch for a condition over several calls of `resume`.

        Raises:
            UsageError: `until` names a symbol that the image does not have.
        """
        self._check_stands()
        if isinstance(until, Text):
            check_port(until.port)
            if not until.text:
                raise UsageError("there is no text to wait for")
        stop_at = self.address(until.name) if isinstance(until, Symbol) else None
        if stop_at is not None:
            self.core.add_stop(stop_at)
        if isinstance(until, Text):
            self.core.await_text(until.port, until.text)
        try:
            yield
        finally:
            if stop_at is not None:
                self.core.remove_stop(stop_at)
            if isinstance(until, Text):
                self.core.await_text(until.port, b"")

    def resume(
        self,
        until: "Until" = None,
        *,
        cycles: int | None = None,
        timeout_s: float | None = None,
        through_halts: bool = False,
    ) -> Stop:
        """Run as `run` does, within `watching(until)`."""
        self._check_stands()
        limit = _NEVER
        if cycles is not None:
            check_range("cycles", cycles, 0, _NEVER)
            limit = min(self.now + cycles, _NEVER)
        if isinstance(until, Cycles):
            check_range("the cycle to wait for", until.count, 0, _NEVER)
            limit = min(limit, until.count)
        if timeout_s is not None and not 0 <= timeout_s < math.inf:
            raise UsageError(f"timeout_s cannot be {timeout_s}: give seconds from 0 up")
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        with self._running():
            reason, stop = self._run(until, limit, deadline, through_halts)
        if (
            reason is StopReason.BREAKPOINT
            and isinstance(until, Symbol)
            and stop is not None
            and self.address(until.name) == stop.pc
        ):
            reason = StopReason.SYMBOL
        reached = until is None or (isinstance(until, Cycles) and until.count <= self.now)
        if reason is StopReason.CYCLES and not reached:
            reason = StopReason.CYCLE_LIMIT
        return self.stopped(reason, stop)

    def step(self) -> Stop:
        """Run one instruction; a core that sleeps sleeps until its next event.

        Raises:
            UsageError: the board runs.
        """
        self._check_stands()
        with self._running():
            cut = self._faults.apply(self.now)
            stop = self.core.step()
        reason = StopReason(stop.reason)
        if reason is StopReason.POWER_CUT and cut is not None and cut.restarts:
            reason = StopReason.CYCLES
        return self.stopped(reason, stop)

    def request_stop(self) -> None:
        """End the run that is under way; for callbacks."""
        self._stop_requested = True
        self.core.request_stop()

    def _run(
        self,
        until: "Until",
        target: int,
        deadline: float | None,
        through_halts: bool,
    ) -> "tuple[StopReason, core.Stop | None]":
        run = self.core.run_through if through_halts else self.core.run
        while True:
            if self.now >= target:
                return StopReason.CYCLES, None
            cut = self._faults.apply(self.now)
            self._faults_changed = False
            # Slices end at the same cycles however a run is cut, so that the cuts change nothing.
            pause = min(target, (self.now // _SLICE_CYCLES + 1) * _SLICE_CYCLES)
            if self._faults.next_cycle is not None:
                pause = min(pause, self._faults.next_cycle)
            stop = run(pause)
            if isinstance(until, Text) and self.core.text_seen(until.port):
                return StopReason.TEXT, stop
            if stop.reason == StopReason.POWER_CUT and cut is not None and cut.restarts:
                continue  # the power is on again
            if stop.reason == StopReason.REQUESTED and self._faults_changed and not self._stop_requested:
                continue  # only to look at them anew
            if stop.reason != StopReason.CYCLES:
                return StopReason(stop.reason), stop
            if callable(until) and until(self):
                return StopReason.CONDITION, stop
            if deadline is not None and time.monotonic() >= deadline:
                return StopReason.TIMEOUT, stop

    def answer(self, port: "core.DebugPort", request: bytes) -> tuple[bytes, bool]:
        """Let a debug port answer a request; what is to break meanwhile breaks at its cycle.

        Returns:
            The reply, and whether the power has gone for good.
        """
        self._check_stands()
        gone = False

        def break_what_is_due() -> int:
            nonlocal gone
            cut = self._faults.apply(self.now)
            gone = gone or (cut is not None and not cut.restarts)
            return _NEVER if self._faults.next_cycle is None else self._faults.next_cycle

        with self._running():
            reply = port.answer(request, break_what_is_due(), break_what_is_due)
        return reply, gone

    @contextmanager
    def _running(self) -> Iterator[None]:
        self._runs, self._stop_requested = True, False
        try:
            yield
        finally:
            self._runs = False

    def _check_stands(self) -> None:
        if self._runs:
            raise UsageError("the board runs already: a callback may only ask it to stop")

    def stopped(self, reason: StopReason, stop: "core.Stop | None" = None) -> Stop:
        """Return the end of a run: at the board's present place, or at that of the simulator's `stop`."""
        pc = stop.pc if stop else self.pc
        # A power cut has no more to tell than where it met the core.
        detail = stop.detail if stop and reason is not StopReason.POWER_CUT else ""
        return Stop(reason, self.now, pc, self.function_at(pc), detail, self.core.last_exception)

    # Snapshots and faults.

    def snapshot(self) -> Snapshot:
        """Return the whole state."""
        return Snapshot(self.core.snapshot(), self._faults.pending)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a state, with the faults that it had.

        Raises:
            UsageError: it is of a board with other settings, or damaged, and nothing has changed; or it
                runs already.
        """
        self._check_stands()
        if not self.core.restore(snapshot.state):
            raise UsageError("the snapshot is of a board with other settings, or damaged")
        self._faults.pending = snapshot.pending

    def inject(self, fault: Injection) -> None:
        """Inject a fault at its cycle, or as soon as the board runs if that has passed.

        What is broken stays so, also without power, until an image is loaded.

        Raises:
            UsageError: there is no such fault, or its address is in no memory that it could hit.
        """
        self._faults.add(fault)
        if self._runs:
            self._faults_changed = True
            self.core.request_stop()

    def _check_vectors(self, image: ImageFile) -> None:
        stack = self.read_word(FLASH_BASE)
        reset = self.read_word(FLASH_BASE + 4)
        ram_end = RAM_BASE + self.settings.ram_bytes
        inside = any(part.address <= reset - 1 < part.end for part in image.segments)
        if not (RAM_BASE < stack <= ram_end and stack % 4 == 0 and reset % 2 == 1 and inside):
            raise ImageError(
                f"{image.path} has no usable vector table at {FLASH_BASE:#010x}: initial stack pointer "
                f"{stack:#010x}, reset vector {reset:#010x}"
            )


Until = Condition | Callable[[VirtualBoard], bool] | None
"""What a run waits for; see `VirtualBoard.run`."""
