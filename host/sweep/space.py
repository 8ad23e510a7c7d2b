"""What a sweep tries: SPACE.toml as records, checked to the last key, and the trials that it stands for."""

import itertools
import math
import random
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from host import native
from host.boards import Board
from host.data.features import MEL_BANDS
from host.errors import DataError, UsageError
from host.model.recipes import NAMES, RECIPES
from host.model.settings import Schedule, TrainingSettings

QuantizationKind = Literal["per-tensor", "per-channel"]

MOST_TRIALS = 1000
"""In one sweep: a year of them takes a space that was thought over."""
MOST_VALUES = 64
"""In one list."""

_LIMITS = {"widths": (1, 1024), "depths": (1, 8), "bottleneck": (1, 1024), "input_frames": (1, 16)}
_KINDS: tuple[QuantizationKind, ...] = get_args(QuantizationKind)
_INTEGERS = ("epochs", "batch_size", "seed", "early_stopping")
_NUMBERS = ("learning_rate", "validation_split", "ema")
_CHOICES = {"recipe": NAMES, "schedule": get_args(Schedule)}
_KEYS = {
    "space": (*_LIMITS, "quantization"),
    "training": (*_INTEGERS, *_NUMBERS, *_CHOICES),
    "search": ("trials", "seed"),
    "measurement": ("kernel", "window_step"),
}


@dataclass(frozen=True)
class Trial:
    """One autoencoder: `depth` layers of `width` units on each side of the bottleneck.

    `input_frames` frames of 128 bands go in and come out.
    """

    width: int
    depth: int
    bottleneck: int
    input_frames: int
    quantization: QuantizationKind

    @property
    def name(self) -> str:
        """A short name, unique in a space."""
        kind = "channel" if self.quantization == "per-channel" else "tensor"
        return f"w{self.width}-d{self.depth}-b{self.bottleneck}-f{self.input_frames}-{kind}"

    @property
    def hidden_units(self) -> tuple[int, ...]:
        """Units of the hidden layers, the first one's first."""
        side = (self.width,) * self.depth
        return (*side, self.bottleneck, *side)

    @property
    def weights(self) -> int:
        """Weights of the dense layers, biases left out: their bytes in int8."""
        size = self.input_frames * MEL_BANDS
        sizes = (size, *self.hidden_units, size)
        return sum(first * second for first, second in itertools.pairwise(sizes))


@dataclass(frozen=True)
class Measurement:
    """How trials are measured: the image's kernel, and every how many windows of a clip are scored."""

    kernel: str = native.DEFAULT_KERNEL
    window_step: int = 1


@dataclass(frozen=True)
class Space:
    """A sweep: its trials in their order, and what is the same for all of them."""

    trials: tuple[Trial, ...]
    training: TrainingSettings
    measurement: Measurement


def read(path: Path, board: Board) -> Space:
    """Read SPACE.toml.

    Args:
        path: the file.
        board: the board whose flash has to hold the weights.

    Raises:
        DataError: it cannot be read, or something in it is unknown, of a wrong type, empty or too large.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is no TOML file: {error}") from error
    try:
        return _space(document, board)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _space(document: dict[str, Any], board: Board) -> Space:
    for table, content in document.items():
        if table not in _KEYS:
            raise DataError(f"unknown table [{table}]: allowed are {_listed(f'[{name}]' for name in _KEYS)}")
        if not isinstance(content, dict):
            raise DataError(f"{table} is no table: write [{table}] and its keys below")
        for key in content:
            if key not in _KEYS[table]:
                raise DataError(f"unknown key {key} in [{table}]: allowed are {_listed(_KEYS[table])}")
    if not document.get("space"):
        raise DataError(f"[space] is empty: give lists of values for {_listed(_KEYS['space'])}")
    training = _training(document.get("training", {}))
    trials = _trials(document["space"], document.get("search", {}))
    for trial in trials:
        if trial.weights > board.memory.flash_bytes:
            raise DataError(
                f"trial {trial.name} has {trial.weights} bytes of weights, {board.name} has "
                f"{board.memory.flash_bytes} of flash: leave out large widths, depths or input_frames"
            )
    return Space(trials, training, _measurement(document.get("measurement", {})))


def _trials(space: dict[str, Any], search: dict[str, Any]) -> tuple[Trial, ...]:
    usual = {"widths": [128], "depths": [4], "bottleneck": [8], "input_frames": [5]}
    lists: list[Sequence[Any]] = [_integers(name, space.get(name, usual[name])) for name in _LIMITS]
    lists.append(_kinds(space.get("quantization", [_KINDS[0]])))
    total = math.prod(len(values) for values in lists)
    wanted = _integer("search", "trials", search["trials"], 1, MOST_TRIALS) if "trials" in search else None
    if "seed" in search and wanted is None:
        raise DataError("seed in [search] needs trials, the number to draw: without it every one is tried")
    if wanted is None and total > MOST_TRIALS:
        raise DataError(
            f"[space] has {total} trials, at most {MOST_TRIALS} are possible: shorten its lists, or give "
            "trials = N in [search] to draw N of them"
        )
    if wanted is not None and wanted > total:
        raise DataError(f"trials in [search] is {wanted}, but [space] has only {total}: give at most that")
    seed = _integer("search", "seed", search.get("seed", 1), 0, 2**32 - 1)
    numbers = range(total) if wanted is None else sorted(random.Random(seed).sample(range(total), wanted))
    return tuple(_trial(lists, number) for number in numbers)


def _trial(lists: Sequence[Sequence[Any]], number: int) -> Trial:
    """Return one of all combinations by its number; the last list's values change fastest."""
    chosen = []
    for values in reversed(lists):
        number, index = divmod(number, len(values))
        chosen.append(values[index])
    return Trial(*reversed(chosen))


def _integers(name: str, values: Any) -> list[int]:
    least, most = _LIMITS[name]
    return [_integer("space", name, value, least, most) for value in _list(name, values)]


def _kinds(values: Any) -> list[QuantizationKind]:
    for value in _list("quantization", values):
        if value not in _KINDS:
            raise DataError(f"quantization in [space] has {value!r}: allowed are {_listed(_KINDS)}")
    return list(values)


def _list(name: str, values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise DataError(f"{name} in [space] is {values!r}: give a list, as {name} = [{values!r}]")
    if not 1 <= len(values) <= MOST_VALUES:
        raise DataError(f"{name} in [space] has {len(values)} values: 1 to {MOST_VALUES} are possible")
    for index, value in enumerate(values):
        if value in values[:index]:
            raise DataError(f"{name} in [space] has {value!r} twice: leave one out")
    return values


def _integer(table: str, name: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise DataError(
            f"{name} in [{table}] has {value!r}: whole numbers from {least} to {most} are allowed"
        )
    if not least <= value <= most:
        raise DataError(f"{name} in [{table}] has {value}: allowed are {least} to {most}")
    return value


def _training(table: dict[str, Any]) -> TrainingSettings:
    for name, value in table.items():
        if name in _CHOICES and value not in _CHOICES[name]:
            raise DataError(f"{name} in [training] is {value!r}: allowed are {_listed(_CHOICES[name])}")
        if name in _INTEGERS:
            _integer("training", name, value, 0, 1_000_000)
        if name in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise DataError(f"{name} in [training] is {value!r}: give a number")
    given = {name: value for name, value in table.items() if name != "recipe"}
    recipe: Any = table.get("recipe", "mlperf")
    try:
        # One thread: more of them would sum in another order, and trials run side by side anyway.
        return replace(RECIPES[recipe], threads=1, **given)
    except UsageError as error:
        named = re.sub(r"^--([a-z-]+)", lambda match: match[1].replace("-", "_"), str(error))
        raise DataError(f"[training] {named}") from error


def _measurement(table: dict[str, Any]) -> Measurement:
    kernel = table.get("kernel", native.DEFAULT_KERNEL)
    if kernel not in native.KERNELS:
        raise DataError(f"kernel in [measurement] is {kernel!r}: allowed are {_listed(native.KERNELS)}")
    return Measurement(kernel, _integer("measurement", "window_step", table.get("window_step", 1), 1, 196))


def _listed(names: Any) -> str:
    return ", ".join(names)
