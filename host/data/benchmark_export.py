"""Writes the feature files and the list of labels that MLPerf Tiny's runner reads, from recordings.

Benchmark document, sections 2.2 and 4.7: for each clip 200 x 128 little-endian float32, frame by frame,
without a header; and y_labels.csv with a line `file,classes,class,window,stride` for each, without a header,
ended by LF. Window and stride are bytes.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from host import atomic
from host.data import feature_cache, features
from host.data.layout import Clip, Dataset
from host.errors import DataError

LABELS = "y_labels.csv"
SUFFIX = "_hist_librosa.bin"
WINDOW_BYTES = features.WINDOW_SIZE * 4
STRIDE_BYTES = features.MEL_BANDS * 4
FEWEST_CLIPS = 5
"""The runner's performance mode crashes with fewer."""

_CLASSES = 2
_LISTED = re.compile(r"_[0-9]{7}3\.wav")
_LINE = re.compile(
    rf"(?P<stem>[\w-]+){re.escape(SUFFIX)},{_CLASSES},(?P<label>[01]),{WINDOW_BYTES},{STRIDE_BYTES}"
)

OnProgress = Callable[[int, int], None]
"""Called with (clips done, clips in all)."""


class Selection(StrEnum):
    """Which test clips: the benchmark's list, which is each tenth, or all.

    Its alternative list follows no rule: see `listed`.
    """

    BENCHMARK = "benchmark"
    ALL = "all"


@dataclass(frozen=True)
class Exported:
    """What was written: the folder, and clips by class."""

    folder: Path
    normal: int
    anomalous: int

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know before the runner is started, one line each."""
        count = self.normal + self.anomalous
        if count >= FEWEST_CLIPS:
            return ()
        return (f"{count} clips: the runner's performance mode needs at least {FEWEST_CLIPS}",)


def selected(clips: Iterable[Clip], selection: Selection) -> tuple[Clip, ...]:
    """Return the chosen ones of a set's test clips, in the order of the benchmark's list.

    The benchmark's list holds the clips whose number ends in 3.
    """
    chosen = [clip for clip in clips if selection is Selection.ALL or _LISTED.search(clip.path.name)]
    return tuple(sorted(chosen, key=lambda clip: (clip.label, clip.machine_id, clip.path.name)))


def listed(clips: Iterable[Clip], labels: Path) -> tuple[Clip, ...]:
    """Return the test clips that a file like y_labels.csv names, in its order.

    Raises:
        DataError: the file cannot be read or has another form, or a clip is missing or labelled otherwise.
    """
    by_stem = {clip.path.stem: clip for clip in clips}
    wanted = _read_labels(labels)
    if missing := [stem for stem in wanted if stem not in by_stem]:
        raise DataError(
            f"{len(missing)} of the {len(wanted)} clips that {labels} names are not among the test clips, as "
            f"{missing[0]}.wav: name the folder of the whole data set, or choose with --select"
        )
    for stem, label in wanted.items():
        if by_stem[stem].label != label:
            raise DataError(f"{labels} has class {label} for {stem}, whose name says otherwise")
    return tuple(by_stem[stem] for stem in wanted)


def labels_text(clips: Iterable[Clip]) -> str:
    """Return the content of y_labels.csv for clips."""
    row = f",{_CLASSES},{{}},{WINDOW_BYTES},{STRIDE_BYTES}\n"
    return "".join(file_name(clip) + row.format(clip.label) for clip in clips)


def file_name(clip: Clip) -> str:
    """Return the name of a clip's feature file."""
    return clip.path.stem + SUFFIX


def export(
    dataset: Dataset, clips: Sequence[Clip], out: Path, cache: Path, on_progress: OnProgress | None = None
) -> Exported:
    """Write the feature files of `clips` and their list to the folder `out`, all or nothing.

    Args:
        dataset: where the clips are from; named in errors.
        clips: as `selected` or `listed` returned them.
        out: made if needed; an earlier export in it is replaced.
        cache: of features.
        on_progress: called after each clip.

    Raises:
        DataError: no clips or only one class, a clip that cannot be used, two of one name, a folder with
            other files, or a full disk.
    """
    _check_choice(dataset, clips)
    _check_folder(out)
    found = feature_cache.load(clips, cache, on_progress)
    if found.skipped:
        first = found.skipped[0]
        raise DataError(
            f"{len(found.skipped)} of {len(clips)} clips cannot be used, so nothing was written; the first, "
            f"{first.path}: {first.reason}"
        )
    with atomic.atomic_path(out) as folder:
        folder.mkdir()
        for clip, frames in zip(found.clips, found.frames, strict=True):
            (folder / file_name(clip)).write_bytes(features.to_bytes(frames))
        (folder / LABELS).write_bytes(labels_text(clips).encode("ascii"))
    anomalous = sum(clip.label for clip in clips)
    return Exported(out, len(clips) - anomalous, anomalous)


def _check_choice(dataset: Dataset, clips: Sequence[Clip]) -> None:
    if not clips:
        raise DataError(f"none of the test clips in {dataset.root} is chosen: take all with --select all")
    labels = {clip.label for clip in clips}
    if len(labels) == 1:
        kind = "anomalous" if 1 in labels else "normal"
        raise DataError(
            f"all {len(clips)} chosen test clips in {dataset.root} are {kind}: the runner's AUC needs both "
            "classes"
        )
    names = [file_name(clip) for clip in clips]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"two clips in {dataset.root} would become {twice}: rename one")


def _check_folder(out: Path) -> None:
    try:
        others = [p.name for p in out.iterdir() if p.name != LABELS and not p.name.endswith(SUFFIX)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise DataError(f"cannot write to {out}: {error.strerror}; name another folder") from error
    if others:
        raise DataError(
            f"{out} holds {others[0]}, which is no feature file: name another folder, or empty it"
        )


def _read_labels(path: Path) -> dict[str, int]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError) as error:
        raise DataError(
            f"cannot read {path}: {getattr(error, 'strerror', None) or 'no ASCII text'}"
        ) from error
    wanted: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise DataError(
                f"{path}, line {number}: {line[:80]!r} is not NAME{SUFFIX},{_CLASSES},CLASS,{WINDOW_BYTES},"
                f"{STRIDE_BYTES}"
            )
        if match["stem"] in wanted:
            raise DataError(f"{path}, line {number}: {match['stem']} is listed twice")
        wanted[match["stem"]] = int(match["label"])
    if not wanted:
        raise DataError(f"{path} lists no clips")
    return wanted
