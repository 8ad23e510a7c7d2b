"""Steps of flashing on a terminal: a bar while one is under way, and a line for what each came to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from host import cli
from host.errors import HostError
from host.flash.probes import Probe
from host.flash.report import STEP_WIDTH


class StepDisplay:
    """The watcher of one board: prints a line for each step, with the bar below on a terminal.

    Args:
        check: Raises Interrupted when the work is to end.
        quiet: Print no lines: standard output is a document.
    """

    def __init__(self, check: Callable[[], None], quiet: bool) -> None:
        self._check = check
        self._quiet = quiet
        self._bar = Progress(
            TextColumn(f"{{task.description:<{STEP_WIDTH}}}"),
            BarColumn(),
            TextColumn("{task.fields[amount]}"),
            console=cli.err,
            disable=not cli.err.is_terminal,
        )
        self._task: TaskID | None = None
        self._step = ""
        self._total = 0

    def __enter__(self) -> "StepDisplay":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()
        self._bar.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bar away while a person is asked: it would be drawn over the question and the answer."""
        self._clear()
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def begin(self, step: str, total: int = 0) -> None:
        """Show that a step begins."""
        self._check()
        self._clear()
        self._step = step
        self._total = total
        self._task = self._bar.add_task(step, total=total or None, amount="")

    def advance(self, done: int) -> None:
        """Move the bar."""
        self._check()
        if self._task is not None and self._total:
            self._bar.update(self._task, completed=done, amount=f"{done} of {self._total} sectors")

    def found(self, text: str) -> None:
        """Print what the step came to."""
        if self._quiet:
            return
        try:
            cli.out.print(f"{self._step:<{STEP_WIDTH}} {text}", soft_wrap=True)
        except (OSError, HostError, SystemExit):
            # Nobody reads on (head, to which rich says SystemExit; a full disk): no reason to leave a board
            # half written.
            self._quiet = True

    def warn(self, text: str) -> None:
        """Print a warning."""
        with suppress(OSError):
            cli.warn(text)

    def _clear(self) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None


class FleetDisplay:
    """The watchers of several boards: one line each, on a terminal only."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._bar = Progress(
            TextColumn("{task.fields[probe]}"),
            BarColumn(),
            TextColumn("{task.description}"),
            console=cli.err,
            disable=not cli.err.is_terminal,
        )

    def __enter__(self) -> "FleetDisplay":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def watcher(self, probe: Probe) -> "FleetLine":
        """Return the watcher of one board."""
        return FleetLine(self._bar, probe, self._check)


class FleetLine:
    """The watcher of one board among several. Warnings are kept for the result."""

    def __init__(self, bar: Progress, probe: Probe, check: Callable[[], None]) -> None:
        self._bar = bar
        self._check = check
        self._task = bar.add_task("wait", total=None, probe=probe.unique_id)

    def begin(self, step: str, total: int = 0) -> None:
        """Show the step."""
        self._check()
        self._bar.update(self._task, description=step, completed=0, total=total or None)

    def advance(self, done: int) -> None:
        """Move the bar."""
        self._check()
        self._bar.update(self._task, completed=done)

    def found(self, text: str) -> None:
        """Show nothing: there is one line for each board."""

    def warn(self, text: str) -> None:
        """Show nothing: the table has it."""
