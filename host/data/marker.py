"""The marker of a synthetic dataset, dataset.json: what was made, hence which files are its own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from host.data import regular_file
from host.errors import DataError

FILE_NAME = "dataset.json"

SYNTHETIC = "synthetic"

Split = Literal["train", "test"]
Label = Literal[0, 1]

_OWN_CLIP = re.compile(r"(train|test)/(normal|anomaly)_id_([0-9]{2})_([0-9]{8})\.wav", re.ASCII)
_COUNTS = ("train", "test_normal", "test_anomaly")


@dataclass(frozen=True)
class FaultyClip:
    """What is wrong in an anomalous clip; None where the marker does not say."""

    fault: str | None = None
    severity: float | None = None


@dataclass(frozen=True)
class Marker:
    """A marker that was read; counts are clips per machine id, 0 where the file names none.

    `document` is the whole file, to be compared with the one that other settings would write.
    """

    document: Mapping[str, Any]
    name: str | None = None
    ids: tuple[str, ...] = ()
    train: int = 0
    test_normal: int = 0
    test_anomaly: int = 0
    faults: Mapping[str, FaultyClip] = field(default_factory=dict)

    @property
    def clips(self) -> int:
        """The number of clips that were made."""
        return len(self.ids) * (self.train + self.test_normal + self.test_anomaly)

    def made(self, name: str) -> bool:
        """Return whether `name`, relative to the dataset's folder, is one of the clips that were made."""
        match = _OWN_CLIP.fullmatch(name)
        if match is None or match[3] not in self.ids:
            return False
        counts = {
            ("train", "normal"): self.train,
            ("test", "normal"): self.test_normal,
            ("test", "anomaly"): self.test_anomaly,
        }
        return int(match[4]) < counts.get((match[1], match[2]), 0)


def clip_name(split: Split, label: Label, machine_id: str, number: int) -> str:
    """Return the name of a made clip, relative to the dataset's folder."""
    return f"{split}/{'anomaly' if label else 'normal'}_id_{machine_id}_{number:08d}.wav"


def read(path: Path) -> Marker:
    """Read a marker.

    Raises:
        DataError: the file cannot be read or is no marker.
    """
    try:
        with regular_file.opened(path) as file:
            document = json.loads(file.read().decode())
    except DataError as error:
        raise DataError(f"{path}: {error}; make the dataset again") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"cannot read {path}: {error}; make the dataset again") from error
    if not isinstance(document, dict):
        raise DataError(f"{path} is not the marker of a dataset: make the dataset again")
    try:
        return _marker(document)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise DataError(f"{path} is not the marker of a dataset ({error}): make the dataset again") from error


def _marker(document: dict[str, Any]) -> Marker:
    name, ids = document.get("name"), document.get("ids", [])
    if not isinstance(name, str | None):
        raise TypeError(f"its name is {json.dumps(name)}, not a text")
    if not isinstance(ids, list) or not all(isinstance(machine_id, str) for machine_id in ids):
        raise ValueError("its ids are no list of texts")
    counts = {key: document.get(key, 0) for key in _COUNTS}
    for key, count in counts.items():
        if type(count) is not int or count < 0:
            raise ValueError(f"its {key} is {json.dumps(count)}, not a count")
    return Marker(
        document, name, tuple(dict.fromkeys(ids)), **counts, faults=_faults(document.get("faults", []))
    )


def _faults(entries: Any) -> dict[str, FaultyClip]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("its faults are no list of objects")
    faults = {}
    for entry in entries:
        clip, fault, severity = entry.get("clip"), entry.get("fault"), entry.get("severity")
        if not isinstance(clip, str) or not isinstance(fault, str | None):
            raise TypeError("a fault without the name of a clip or of a fault")
        if not isinstance(severity, int | float | None):
            raise TypeError(f"the severity {json.dumps(severity)} of {clip}")
        faults[clip] = FaultyClip(fault, severity)
    return faults
