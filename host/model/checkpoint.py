"""The state of a training after an epoch, in one file with a checksum of its own.

The last two epochs are kept: `checkpoint` and `checkpoint.previous`. Both appear whole or not at all, and a
file damaged later (a bad disk, a cut copy) is noticed, because every byte is under the SHA-256 in its head.
"""

import hashlib
import io
import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host import atomic
from host.errors import ModelError

MAGIC = b"earshot-checkpoint/1 "

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Epoch:
    """One line of the history: mean squared errors in dB² and the time it took, validation included.

    `input_seconds` of it the trainer waited for batches; None in checkpoints that do not tell.
    """

    number: int
    loss: float
    validation_loss: float
    seconds: float
    input_seconds: float | None = None


@dataclass(frozen=True)
class Checkpoint:
    """Everything that the next epoch depends on, and what the finished run needs.

    Attributes:
        recipe: fingerprint of settings and data; a checkpoint of another recipe must not be continued.
        weights: after the last epoch, in Keras' order.
        optimizer: Adam's variables after the last epoch.
        best_weights: after the epoch with the smallest validation loss.
        history: one entry per finished epoch, from 1.
    """

    recipe: str
    weights: Arrays
    optimizer: Arrays
    best_weights: Arrays
    history: tuple[Epoch, ...]

    @property
    def best_epoch(self) -> Epoch:
        """The epoch with the smallest validation loss; the first of equal ones."""
        return min(self.history, key=lambda epoch: epoch.validation_loss)


@dataclass(frozen=True)
class Found:
    """The newest usable checkpoint of a folder, None without one; a line for each that was passed over."""

    checkpoint: Checkpoint | None
    warnings: tuple[str, ...]


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write `checkpoint` to `path`; the file that was there becomes the previous one.

    Raises:
        DataError: the disk is full or the folder not writable; the older files are then untouched.
    """
    buffer = io.BytesIO()
    # numpy's stubs take any keyword for its own flag.
    np.savez(buffer, **_arrays(checkpoint))  # type: ignore[arg-type]
    body = buffer.getvalue()
    digest = hashlib.sha256(body).hexdigest().encode()
    with atomic.atomic_path(path) as temporary:
        temporary.write_bytes(MAGIC + digest + b"\n" + body)
        if path.exists():
            path.replace(previous(path))


def load(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        ModelError: the file cannot be read, is damaged, or is none.
    """
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}") from error
    if not head.startswith(MAGIC):
        raise ModelError(f"{path} is no checkpoint of this version")
    if hashlib.sha256(body).hexdigest().encode() != head.removeprefix(MAGIC):
        raise ModelError(f"{path} is damaged: its checksum differs")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return _checkpoint(dict(arrays))
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is no checkpoint of this version: {error}") from error


def load_latest(path: Path, recipe: str) -> Found:
    """Return the newest usable checkpoint of `recipe` among `path` and the one before it."""
    damaged: list[str] = []
    others: list[str] = []
    for candidate in (path, previous(path)):
        if not candidate.exists():
            continue
        try:
            checkpoint = load(candidate)
        except ModelError as error:
            damaged.append(str(error))
            continue
        if checkpoint.recipe == recipe:
            return Found(
                checkpoint, (*others, *(f"{reason}; the one before it is used" for reason in damaged))
            )
        others.append(f"{candidate} belongs to another training and is not used")
    if not damaged and not others:
        return Found(None, ())
    return Found(
        None, (*damaged, *others, "no usable checkpoint is left: training starts from the beginning")
    )


def previous(path: Path) -> Path:
    """Return the name of the checkpoint before the one at `path`."""
    return path.with_name(path.name + ".previous")


_GROUPS = ("weights", "optimizer", "best_weights")


def _arrays(checkpoint: Checkpoint) -> dict[str, NDArray[Any]]:
    arrays = {
        f"{group}_{index:03}": array
        for group in _GROUPS
        for index, array in enumerate(getattr(checkpoint, group))
    }
    rows = [
        (e.number, e.loss, e.validation_loss, e.seconds, _NAN if e.input_seconds is None else e.input_seconds)
        for e in checkpoint.history
    ]
    return {
        **arrays,
        "history": np.array(rows, dtype=np.float64).reshape(-1, 5),
        "recipe": np.array(checkpoint.recipe),
    }


def _checkpoint(arrays: dict[str, NDArray[Any]]) -> Checkpoint:
    groups = {
        group: tuple(arrays[name] for name in sorted(arrays) if name.rpartition("_")[0] == group)
        for group in _GROUPS
    }
    rows = arrays["history"]
    history = tuple(_epoch(*row) for row in rows.tolist())
    if not history:
        raise ValueError("it has no epoch")
    return Checkpoint(str(arrays["recipe"]), history=history, **groups)


_NAN = float("nan")
"""In the file: unknown."""


def _epoch(
    number: float, loss: float, validation_loss: float, seconds: float, input_seconds: float = _NAN
) -> Epoch:
    known = None if math.isnan(input_seconds) else input_seconds
    return Epoch(int(number), loss, validation_loss, seconds, known)
