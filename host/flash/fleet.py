"""Flashing boards, one or all of a type side by side: each with its claim, its steps and its banner."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass

from host.boards import Board
from host.errors import FlashError, HostError
from host.flash import claim, programming
from host.flash.claim import Holder
from host.flash.image import FlashImage
from host.flash.probes import Probe
from host.flash.programming import Wishes
from host.flash.report import BoardResult
from host.flash.session import Reach
from host.flash.start import Listener
from host.flash.steps import Watcher

_AT_ONCE = 32  # boards; more wait for their turn


@dataclass(frozen=True)
class Job:
    """What is to be done to every board of a run.

    Attributes:
        board: What the boards are.
        contents: The image.
        reach: How to reach their parts.
        wishes: What the user asked for.
        port: The serial port that the user named, for a single board.
        wait_s: How long to wait for a probe that another process uses.
    """

    board: Board
    contents: FlashImage
    reach: Reach
    wishes: Wishes
    port: str | None = None
    wait_s: float = 0.0


class _Remembering:
    """A watcher that keeps the warnings for the result."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self.warnings: list[str] = []

    def begin(self, step: str, total: int = 0) -> None:
        self._watcher.begin(step, total)

    def advance(self, done: int) -> None:
        self._watcher.advance(done)

    def found(self, text: str) -> None:
        self._watcher.found(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)
        self._watcher.warn(text)


def claimed(
    probe: Probe, wait_s: float, on_wait: Callable[[Holder], None] | None = None
) -> AbstractContextManager[None]:
    """Keep a probe for this process; see claim.claimed."""
    return claim.claimed(probe.unique_id, _command(), wait_s, on_wait)


def flash_one(probe: Probe, job: Job, watcher: Watcher) -> BoardResult:
    """Flash the board behind one probe, which this process has claimed, and wait for its banner.

    An image that is verified and does not start is the result's error: what was written is known.

    Raises:
        HostError: any other of programming.run's and start.Listener's.
        Interrupted: as `watcher` wishes.
    """
    remembering = _Remembering(watcher)
    with closing(Listener(job.board, probe, job.contents, job.port)) as listener:
        outcome = programming.run(
            probe, job.reach, job.board, job.contents, job.wishes, remembering, listener.begin
        )
        try:
            started = listener.wait(on_wait=lambda: watcher.advance(0)) if outcome.running else None
        except FlashError as error:
            return BoardResult(probe, outcome, None, str(error), tuple(remembering.warnings))
    if started is not None:
        if started.doubt:
            remembering.warn(f"verified, start not confirmed: {started.doubt}")
        else:
            watcher.found(f"build {started.build_id} runs: its banner came on {started.port}")
    return BoardResult(probe, outcome, started, warnings=tuple(remembering.warnings))


def flash_all(
    found: Sequence[Probe], job: Job, watcher_of: Callable[[Probe], Watcher]
) -> tuple[BoardResult, ...]:
    """Flash the boards behind several probes side by side; one that fails keeps no other from being done.

    Args:
        found: The probes.
        job: What to do.
        watcher_of: Makes the watcher of a probe.

    Raises:
        Interrupted: as the watchers wish; every board was left in order.
    """

    def flash(probe: Probe) -> BoardResult:
        watcher = watcher_of(probe)
        try:
            with claimed(probe, job.wait_s):
                result = flash_one(probe, job, watcher)
        except HostError as error:
            result = BoardResult(probe, None, None, error=str(error))
        watcher.begin(result.verdict)
        return result

    with ThreadPoolExecutor(min(len(found), _AT_ONCE)) as pool:
        return tuple(pool.map(flash, found))


def _command() -> str:
    """Return what this process was started as, for those who wait for it."""
    return " ".join(["python -m host.flash", *sys.argv[1:]])[:200]
