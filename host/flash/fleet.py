"""Flashing boards, one or all of a type side by side: each with its claim, its steps and its banner."""

import sys
import time
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
from host.flash.programming import Known, Wishes
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


class Record:
    """A watcher that keeps for the result what became known, should flashing end too early.

    Args:
        probe: The board's probe.
        watcher: Who is told, too.
    """

    def __init__(self, probe: Probe, watcher: Watcher) -> None:
        self._probe, self._watcher = probe, watcher
        self._begin = time.monotonic()
        self.known = Known()
        self.warnings: list[str] = []

    def failed(self, error: str) -> BoardResult:
        """Return the result of a board whose flashing ended too early."""
        seconds = time.monotonic() - self._begin
        return BoardResult(
            self._probe, None, None, error, tuple(self.warnings), known=self.known, seconds=seconds
        )

    def learn(self, known: Known) -> None:
        """Keep what is known of the board."""
        self.known = known

    def begin(self, step: str, total: int = 0) -> None:
        """See Watcher."""
        self._watcher.begin(step, total)

    def advance(self, done: int) -> None:
        """See Watcher."""
        self._watcher.advance(done)

    def found(self, text: str) -> None:
        """See Watcher."""
        self._watcher.found(text)

    def warn(self, text: str) -> None:
        """See Watcher."""
        self.warnings.append(text)
        self._watcher.warn(text)


def claimed(
    probe: Probe, wait_s: float, on_wait: Callable[[Holder], None] | None = None
) -> AbstractContextManager[None]:
    """Keep a probe for this process; see claim.claimed."""
    return claim.claimed(probe.unique_id, _command(), wait_s, on_wait)


def flash_one(probe: Probe, job: Job, record: Record) -> BoardResult:
    """Flash the board behind one probe, which this process has claimed, and wait for its banner.

    An image that is verified and does not start is the result's error: what was written is known.

    Args:
        probe: The probe.
        job: What to do.
        record: Told of each step; has what is known where this raises.

    Raises:
        HostError: any other of programming.run's and start.Listener's.
        Interrupted: as `watcher` wishes.
    """
    with closing(Listener(job.board, probe, job.contents, job.port)) as listener:
        outcome = programming.run(
            probe, job.reach, job.board, job.contents, job.wishes, record, listener.begin, record.learn
        )
        try:
            started = listener.wait(on_wait=lambda: record.advance(0)) if outcome.running else None
        except FlashError as error:
            return BoardResult(probe, outcome, None, str(error), tuple(record.warnings))
    if started is not None:
        if started.doubt:
            record.warn(f"verified, start not confirmed: {started.doubt}")
        else:
            record.found(f"build {started.build_id} runs: its banner came on {started.port}")
    return BoardResult(probe, outcome, started, warnings=tuple(record.warnings))


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
        record = Record(probe, watcher)
        try:
            with claimed(probe, job.wait_s):
                result = flash_one(probe, job, record)
        except HostError as error:
            result = record.failed(str(error))
        watcher.begin(result.verdict)
        return result

    with ThreadPoolExecutor(min(len(found), _AT_ONCE)) as pool:
        return tuple(pool.map(flash, found))


def _command() -> str:
    """Return what this process was started as, for those who wait for it."""
    return " ".join(["python -m host.flash", *sys.argv[1:]])[:200]
