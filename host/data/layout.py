"""The dataset's folder layout: which clips there are, of which machine, normal or not.

The layout is the one of DCASE 2020 task 2, ToyCar: `train/` and `test/` with file names that carry the label
and the machine id. Nothing is read here but names and the marker of a synthetic set.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from host.data import marker
from host.data.content_index import ContentIndex
from host.data.marker import SYNTHETIC, FaultyClip, Label, Marker, Split
from host.errors import DataError
from host.project import cache_dir

SAMPLE_RATE = 16_000
"""Hz; the only rate accepted."""

_CLIP_NAME = re.compile(r"(?P<label>normal|anomaly)_id_(?P<machine_id>[0-9]{2})_\w+\.wav", re.ASCII)
# The evaluation archive of DCASE 2020 names its test clips so.
_UNLABELLED_NAME = re.compile(r"id_[0-9]{2}_\w+\.wav", re.ASCII)
_EMPTY = hashlib.sha256().hexdigest()
_CHILD_CHAINS = (Path(), Path("ToyCar"), Path("dev_data/ToyCar"), Path("dev_data"))


@dataclass(frozen=True)
class Clip:
    """One recording: `label` 0 is normal, 1 anomalous; `fault` and `severity` are known of synthetic ones."""

    path: Path
    machine_id: str
    split: Split
    label: Label
    fault: str | None = None
    severity: float | None = None


@dataclass(frozen=True)
class Dataset:
    """A folder of clips.

    `unusable` are WAV files whose name tells no label, and anomalous ones among the training clips; `missing`
    counts the clips that the marker of a synthetic set says were made, and that are not there.
    """

    root: Path
    name: str
    synthetic: bool
    clips: tuple[Clip, ...]
    unusable: tuple[Path, ...] = ()
    missing: int = 0

    @property
    def unlabelled(self) -> tuple[Path, ...]:
        """Test clips whose name has a machine id and no label."""
        return tuple(path for path in self.unusable if _is_unlabelled(path))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know before the figures are read, one line each."""
        remarks = []
        if self.unlabelled:
            remarks.append(
                f"{len(self.unlabelled)} test clips have no label in their names, as {self.unlabelled[0]}: "
                "they are left out"
            )
        if others := [path for path in self.unusable if not _is_unlabelled(path)]:
            remarks.append(f"{len(others)} files are no clips of this layout, as {others[0]}")
        if self.missing:
            remarks.append(
                f"{self.missing} clips are missing in {self.root} that its {marker.FILE_NAME} names: "
                "make the dataset again"
            )
        return tuple(remarks)

    @property
    def train(self) -> tuple[Clip, ...]:
        """The training clips, all of them normal, sorted by name."""
        return tuple(clip for clip in self.clips if clip.split == "train")

    @property
    def test(self) -> tuple[Clip, ...]:
        """The labelled test clips, sorted by name."""
        return tuple(clip for clip in self.clips if clip.split == "test")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the sorted relative names and content hashes of all clips.

        Files that the usual cache of features knows are not read again.
        """
        names = {
            clip.path.relative_to(self.root).as_posix(): content
            for clip, content in zip(self.clips, self._contents, strict=True)
        }
        digest = hashlib.sha256()
        for name in sorted(names):
            digest.update(f"{names[name] or 'unreadable'}  {name}\n".encode())
        return digest.hexdigest()

    @property
    def contradicting(self) -> tuple[tuple[Clip, ...], ...]:
        """Clips with the same content of which some are labelled normal and some anomalous, together.

        Reads what `fingerprint` reads. Empty files are none.
        """
        by_content: dict[str, list[Clip]] = defaultdict(list)
        for clip, content in zip(self.clips, self._contents, strict=True):
            if content is not None and content != _EMPTY:
                by_content[content].append(clip)
        return tuple(tuple(same) for same in by_content.values() if len({clip.label for clip in same}) > 1)

    @cached_property
    def _contents(self) -> list[str | None]:
        """The hashes of the clips, in their order."""
        return ContentIndex(cache_dir() / "features" / "index").hashes(clip.path for clip in self.clips)


def scan(root: Path) -> Dataset:
    """Find the clips below `root`, which has `train/` and `test/` itself or in ToyCar/ or dev_data/ToyCar/.

    Raises:
        DataError: there is no such folder, it cannot be read or has no such layout, or it has no usable clip.
    """
    try:
        return _scan(_find_base(root))
    except OSError as error:
        raise DataError(
            f"cannot read {error.filename or root}: {error.strerror}; make the folder readable, or name "
            "another"
        ) from error


def _scan(base: Path) -> Dataset:
    place = base / marker.FILE_NAME
    found = marker.read(place) if place.exists() else Marker({})
    clips: list[Clip] = []
    unusable: list[Path] = []
    for split, path in _wav_files(base):
        match = _CLIP_NAME.fullmatch(path.name)
        if match is None or (split == "train" and match["label"] == "anomaly"):
            unusable.append(path)
            continue
        faulty = found.faults.get(f"{split}/{path.name}", FaultyClip())
        label: Label = 1 if match["label"] == "anomaly" else 0
        clips.append(Clip(path, match["machine_id"], split, label, faulty.fault, faulty.severity))
    if not clips and unusable and all(_is_unlabelled(path) for path in unusable):
        raise DataError(
            f"no labels: none of the {len(unusable)} test clips in {base} has one in its name, as "
            f"{unusable[0].name}; names like normal_id_01_00000000.wav and anomaly_id_01_00000000.wav are "
            "needed"
        )
    if not clips:
        raise DataError(
            f"no clips in {base}: expected train/normal_id_01_00000000.wav and the like; "
            "make a set with: python -m host.data synth --out DIR"
        )
    name = base.resolve().name if found.name is None else found.name
    made = sum(found.made(f"{clip.split}/{clip.path.name}") for clip in clips)
    return Dataset(base, name, name == SYNTHETIC, tuple(clips), tuple(unusable), found.clips - made)


def _is_unlabelled(path: Path) -> bool:
    return path.parent.name == "test" and _UNLABELLED_NAME.fullmatch(path.name) is not None


def _find_base(root: Path) -> Path:
    if not root.is_dir():
        raise DataError(f"no dataset folder {root}: make one with: python -m host.data synth --out {root}")
    for chain in _CHILD_CHAINS:
        base = root / chain
        if (base / "train").is_dir() or (base / "test").is_dir():
            return base
    raise DataError(
        f"{root} has neither train/ nor test/ (nor ToyCar/ or dev_data/ToyCar/ with them): "
        "name the dataset's folder, or make one with: python -m host.data synth --out DIR"
    )


def _wav_files(base: Path) -> Iterator[tuple[Split, Path]]:
    splits: tuple[Split, Split] = ("train", "test")
    for split in splits:
        folder = base / split
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.suffix.lower() == ".wav":
                    yield split, path
