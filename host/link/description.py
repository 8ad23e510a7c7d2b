"""How a device describes itself: the sections of DESCRIBE as records (docs/link.md, "Types")."""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from host.link.payload import malformed, one_line, unpack


class Section(IntEnum):
    """Parts of a device's description."""

    TEXTS = 0
    TENSORS = 1
    MEMORY = 2
    WINDOW = 3
    LINE = 4
    ACCELERATOR = 5


_NAME = "DESCRIBE"
_TEXTS = 5
_TENSOR_HEAD = struct.Struct("<BBB")
_TENSOR_TAIL = struct.Struct("<fiI")
_MEMORY = struct.Struct("<7I")
_WINDOW = struct.Struct("<Ifi")
_LINE = struct.Struct("<4I")
_ACCELERATOR = struct.Struct("<II")
_UNKNOWN = 0xFFFF_FFFF

SIZES = {
    Section.MEMORY: _MEMORY.size,
    Section.WINDOW: _WINDOW.size,
    Section.LINE: _LINE.size,
    Section.ACCELERATOR: _ACCELERATOR.size,
}
"""Bytes of the sections of fixed size."""


@dataclass(frozen=True)
class Texts:
    """What a device calls itself and what it runs."""

    board: str
    version: str
    model: str
    kernel: str
    accelerator: str

    @classmethod
    def parse(cls, section: bytes) -> Self:
        """Read section 0: five counted strings; more may follow.

        Raises:
            LinkError: it is malformed, as in all of the functions below.
        """
        texts = []
        position = 0
        for _ in range(_TEXTS):
            if position >= len(section) or position + 1 + section[position] > len(section):
                raise malformed(_NAME)
            end = position + 1 + section[position]
            texts.append(one_line(section[position + 1 : end]))
            position = end
        return cls(*texts)


@dataclass(frozen=True)
class TensorFacts:
    """The model's input or output: `type` is TfLiteType's number."""

    is_output: bool
    type: int
    shape: tuple[int, ...]
    scale: float
    zero_point: int
    bytes: int


def parse_tensors(section: bytes) -> tuple[TensorFacts, ...]:
    """Read section 1: the model's inputs and outputs."""
    tensors = []
    position = 0
    while position < len(section):
        try:
            direction, number, rank = _TENSOR_HEAD.unpack_from(section, position)
            shape = struct.unpack_from(f"<{rank}i", section, position + _TENSOR_HEAD.size)
            tail = position + _TENSOR_HEAD.size + 4 * rank
            scale, zero_point, size = _TENSOR_TAIL.unpack_from(section, tail)
        except struct.error as error:
            raise malformed(_NAME) from error
        tensors.append(TensorFacts(direction == 1, number, shape, scale, zero_point, size))
        position = tail + _TENSOR_TAIL.size
    return tuple(tensors)


@dataclass(frozen=True)
class MemoryFacts:
    """A device's memory in bytes; None where it does not know."""

    arena_used: int | None
    arena_size: int | None
    stack_used: int | None
    stack_size: int | None
    ram_used: int | None
    flash_used: int | None
    weights_ram: int | None

    @classmethod
    def parse(cls, section: bytes) -> Self:
        """Read section 2."""
        return cls(*(None if value == _UNKNOWN else value for value in unpack(_MEMORY, section, _NAME)))


@dataclass(frozen=True)
class WindowFacts:
    """The sliding window: int8 values that it has (0: this model has none), and their quantization."""

    values: int
    scale: float
    zero_point: int

    @classmethod
    def parse(cls, section: bytes) -> Self:
        """Read section 3."""
        return cls(*unpack(_WINDOW, section, _NAME))


@dataclass(frozen=True)
class LineFacts:
    """What a device's end of the line has seen since its start, and its present rate."""

    good_frames: int
    bad_frames: int
    lost_bytes: int
    baud: int

    @classmethod
    def parse(cls, section: bytes) -> Self:
        """Read section 4."""
        return cls(*unpack(_LINE, section, _NAME))


@dataclass(frozen=True)
class AcceleratorFacts:
    """What a device's accelerator has done since its start: programs, and of these those that failed."""

    launches: int
    faults: int

    @classmethod
    def parse(cls, section: bytes) -> Self:
        """Read section 5."""
        return cls(*unpack(_ACCELERATOR, section, _NAME))
