"""What a session of the virtual board leaves for its observer: trace, profile, flame graph, coverage.

What makes them is imported when it is asked for: it takes longer to load than a board takes to start.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from host import atomic
from host.errors import UsageError
from host.project import BUILD_DIR, ROOT
from host.sim.board import VirtualBoard

if TYPE_CHECKING:
    from host.sim.flat_profile import FlatProfile

DEFAULT_FLAME_GRAPH = BUILD_DIR / "simulated" / "flame_graph.svg"


@dataclass(frozen=True)
class Wishes:
    """What to observe.

    Attributes:
        profile: Cycles by function.
        flame_graph: An SVG of cycles by stack of calls, or None.
        trace: A file for ui.perfetto.dev, or None.
        coverage: Lines of the firmware that ran, as lcov, or None.
    """

    profile: bool = False
    flame_graph: Path | None = None
    trace: Path | None = None
    coverage: Path | None = None

    @property
    def any(self) -> bool:
        """Whether anything at all is wished for."""
        return self.profile or any((self.flame_graph, self.trace, self.coverage))


@dataclass(frozen=True)
class Findings:
    """What was observed: the profile, if it was wished for, and the files that were written."""

    profile: "FlatProfile | None"
    files: tuple[Path, ...]

    def table(self) -> Table | None:
        """Return the profile as a table."""
        from host.sim import flat_profile

        return flat_profile.table(self.profile) if self.profile else None

    def document(self) -> dict[str, Any] | None:
        """Return the profile for a JSON file."""
        from host.sim import flat_profile

        return flat_profile.document(self.profile) if self.profile else None


def start(board: VirtualBoard, wishes: Wishes) -> None:
    """Begin to observe a board whose image is loaded.

    Raises:
        UsageError: the image has no symbols, so that there are no functions to speak of.
    """
    if not wishes.any:
        return
    if not board.functions.functions:
        raise UsageError("the image has no symbols to observe functions by: give the ELF file")
    from host.sim import recording

    recording.start(board.core, board.functions, events=wishes.trace is not None)


def finish(board: VirtualBoard, wishes: Wishes) -> Findings:
    """Stop observing and write the files.

    Raises:
        DataError: a file cannot be written.
        ImageError: the image has no line table, which coverage needs.
    """
    image = board.image
    if not wishes.any or image is None:
        return Findings(None, ())
    from host.sim import coverage, flame_graph, flat_profile, perfetto, recording

    seen = recording.take(board.core, board.functions)
    texts = []
    if wishes.trace:
        texts.append((wishes.trace, perfetto.trace(seen)))
    if wishes.flame_graph:
        texts.append((wishes.flame_graph, flame_graph.svg(seen, image.path.name)))
    if wishes.coverage:
        files = coverage.coverage(coverage.line_starts(image.path), seen.blocks, seen.functions, ROOT)
        texts.append((wishes.coverage, coverage.lcov(files)))
    for path, text in texts:
        atomic.write_text(path, text)
    profile = flat_profile.flat_profile(seen) if wishes.profile else None
    return Findings(profile, tuple(path for path, _ in texts))
