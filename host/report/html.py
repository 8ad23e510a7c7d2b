"""One self-contained HTML page from a run folder: accuracy, clips, training, quantization, cycles, memory."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from host.errors import HostError, ModelError
from host.report import clip_gallery, inline_svg, run_contents, run_figures
from host.report.clip_gallery import Gallery
from host.report.run_contents import KERNELS, RunContents
from host.tflite import memory_plan, reader
from host.tflite.memory_plan import MemoryPlan

UNKNOWN = "–"

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class _Picture:
    """A PNG file of the run folder."""

    title: str
    url: str


@dataclass(frozen=True)
class _Memory:
    """The plan of a model's tensors and its picture, or why there is none."""

    plan: MemoryPlan | None = None
    picture: Markup | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Clips:
    """The clips at both ends, or why there are none."""

    gallery: Gallery | None = None
    reason: str = ""


def render(run: Path, data: Path | None = None) -> str:
    """Return the page for the run folder `run`; a section whose data are missing says so in a line.

    Args:
        run: the folder, with any of the files that run_contents.RunContents names.
        data: the recordings, by default where they were when the model was trained.

    Raises:
        ModelError: the folder has none of the files, or one of them is damaged or of another schema.
    """
    contents = run_contents.read(run)
    try:
        with inline_svg.drawing():
            return _page(contents, data)
    except (jinja2.UndefinedError, TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        files = ", ".join(contents.documents)
        raise ModelError(
            f"a figure is missing or odd in {run} ({files}): {error}; make it again with --json"
        ) from error


def _page(contents: RunContents, data: Path | None) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(grouped=_grouped, decimals=_decimals, interval=_interval, signed=_signed)
    scores = contents.scores
    return environment.get_template("report.html.jinja").render(
        run=contents.folder.path.resolve().name,
        style=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        contents=contents,
        profile=contents.profile,
        best_epoch=min(contents.history, key=lambda e: e.validation_loss, default=None),
        names=run_figures.SOURCE_NAMES,
        histogram_source=None if scores is None else run_figures.histogram_source(scores),
        training=run_figures.training(contents),
        machines=run_figures.machines(contents),
        clips=_clips(contents, data),
        clip_start_s=clip_gallery.START_S,
        clip_length_s=clip_gallery.LENGTH_S,
        signal_to_noise=run_figures.signal_to_noise(contents.comparison),
        cycles=run_figures.cycles(contents.profiles),
        cycle_key=run_figures.cycle_key(contents.profiles),
        kernels_missing=[k for k in KERNELS if k not in [p.get("kernel") for p in contents.profiles]],
        memory=_memory(contents),
        pictures=_pictures(contents),
    )


def _clips(contents: RunContents, data: Path | None) -> _Clips:
    try:
        return _Clips(clip_gallery.gallery(contents, data))
    except HostError as error:
        return _Clips(reason=str(error))


def _memory(contents: RunContents) -> _Memory:
    try:
        plan = memory_plan.plan(reader.read(contents.folder.int8_model))
        return _Memory(plan, run_figures.memory(plan))
    except HostError as error:
        return _Memory(reason=str(error))


def _pictures(contents: RunContents) -> Sequence[_Picture]:
    """Return the folder's own pictures, except those that the page draws itself."""
    drawn = {"history.png"} if contents.history else set()
    if contents.scores is not None:
        drawn |= {"roc.png", *(f"scores_{source}.png" for source in run_figures.SOURCE_NAMES)}
    paths = [path for path in sorted(contents.folder.path.glob("*.png")) if path.name not in drawn]
    found = [(path.stem.replace("_", " "), path.read_bytes()) for path in paths]
    return [
        _Picture(title, "data:image/png;base64," + base64.b64encode(content).decode())
        for title, content in found
        if content.startswith(b"\x89PNG")
    ]


def _grouped(value: float | None, digits: int = 0) -> str:
    """Format a number with thousands separated by narrow spaces; None, the unknown, as a dash."""
    if value is None:
        return UNKNOWN
    return f"{value:,.{digits}f}".replace(",", "\u202f")


def _decimals(value: float | None, digits: int = 4) -> str:
    return UNKNOWN if value is None else f"{value:.{digits}f}"


def _interval(ends: Sequence[float] | None, digits: int = 3) -> str:
    return UNKNOWN if ends is None else f"{ends[0]:.{digits}f} – {ends[1]:.{digits}f}"


def _signed(value: float | None, digits: int = 4) -> str:
    return UNKNOWN if value is None else f"{value:+.{digits}f}".replace("-", "−")
