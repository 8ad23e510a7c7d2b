"""A launch image's 69 words as typed parts: arrays, loops, instructions, register values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.mvp import registers
from host.mvp.launch_image import Image, image_words
from host.mvp.operations import Operation

_TYPES = ("uint8", "int8", "binary16", "reserved")
_ARRAY_WORD, _LOOP_WORD, _INSTR_WORD = 8, 28, 44

Dims = tuple[int, ...]
"""Dimensions (0…2) of an array, ascending."""


@dataclass(frozen=True)
class Array:
    """ARRAY[n]: `sizes` and `strides` of the three dimensions, in elements; a pair is one element."""

    base: int
    type: str
    pair: bool
    sizes: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def element_bytes(self) -> int:
        """Bytes per element, which is also the alignment it needs."""
        return (2 if self.type == "binary16" else 1) * (2 if self.pair else 1)

    @property
    def extent(self) -> tuple[int, int]:
        """Lowest and one past the highest byte that indices reach, counted from `base`."""
        reach = [(size - 1) * stride for size, stride in zip(self.sizes, self.strides, strict=True)]
        low, high = sum(min(0, r) for r in reach), sum(max(0, r) for r in reach)
        return low * self.element_bytes, (high + 1) * self.element_bytes


@dataclass(frozen=True)
class Loop:
    """LOOP[n]; `increments` and `resets` hold the dimensions of each array that change when it completes."""

    iterations: int
    increments: tuple[Dims, ...]
    resets: tuple[Dims, ...]


@dataclass(frozen=True)
class Stream:
    """A load or store: register, array, and the dimensions whose indices go on after the access."""

    register: int
    array: int
    increments: Dims


@dataclass(frozen=True)
class Operand:
    """X, Y or A: lanes can be zeroed first, then negated."""

    register: int
    real_zero: bool
    real_negate: bool
    imag_zero: bool
    imag_negate: bool


@dataclass(frozen=True)
class Instruction:
    """INSTR[n]: two loads, then the operation, then a store, then the ends of loops."""

    operation: Operation
    x: Operand
    y: Operand
    a: Operand
    z: int
    loads: tuple[Stream | None, Stream | None]
    store: Stream | None
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    last: bool

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The enabled streams: LOAD0, LOAD1, STORE."""
        return tuple(stream for stream in (*self.loads, self.store) if stream is not None)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The operands that the operation reads, in the order X, Y, A."""
        named = {"X": self.x, "Y": self.y, "A": self.a}
        return tuple(named[name] for name in self.operation.reads)


@dataclass(frozen=True)
class Program:
    """What a launch image says. `instructions` end with the first that has ENDPROG (or with all eight)."""

    registers: NDArray[np.float16]
    arrays: tuple[Array, ...]
    loops: tuple[Loop, ...]
    instructions: tuple[Instruction, ...]

    @property
    def used_arrays(self) -> tuple[int, ...]:
        """Arrays that instructions access."""
        used = {stream.array for step in self.instructions for stream in step.streams}
        return tuple(n for n in range(registers.ARRAYS) if n in used)

    @property
    def used_loops(self) -> tuple[int, ...]:
        """Loops that instructions begin or end."""
        used = {n for step in self.instructions for n in (*step.begins, *step.ends)}
        return tuple(sorted(used))


def decode(image: Image) -> Program:
    """Read a launch image.

    Raises:
        UsageError: these are not 69 words.
    """
    words = [int(word) for word in image_words(image)]
    lanes = np.array(words[: registers.ALU_REGISTERS], "<u4").view("<f2").reshape(-1, 2)
    instructions = []
    for n in range(registers.INSTRUCTIONS):
        instructions.append(_instruction(words[_INSTR_WORD + 3 * n : _INSTR_WORD + 3 * n + 3]))
        if instructions[-1].last:
            break
    return Program(
        lanes.astype(np.float16),
        tuple(_array(words[_ARRAY_WORD + 4 * n : _ARRAY_WORD + 4 * n + 4]) for n in range(registers.ARRAYS)),
        tuple(_loop(words[_LOOP_WORD + 2 * n : _LOOP_WORD + 2 * n + 2]) for n in range(registers.LOOPS)),
        tuple(instructions),
    )


def _dims(bits: int) -> Dims:
    return tuple(dim for dim in range(registers.DIMS) if bits >> dim & 1)


def _array(words: list[int]) -> Array:
    strides = tuple(((word >> 16 & 0xFFF) ^ 0x800) - 0x800 for word in words[1:])
    sizes = tuple((word & 0x3FF) + 1 for word in words[1:])
    return Array(words[0], _TYPES[words[1] >> 12 & 3], bool(words[1] >> 14 & 1), sizes, strides)


def _loop(words: list[int]) -> Loop:
    increments, resets = (
        tuple(_dims(word >> 12 + 4 * array & 7) for array in range(registers.ARRAYS)) for word in words
    )
    return Loop((words[0] & 0x3FF) + 1, increments, resets)


def _operand(group: int) -> Operand:
    return Operand(group & 7, *(bool(group >> bit & 1) for bit in (4, 5, 6, 7)))


def _stream(group: int) -> Stream | None:
    return Stream(group & 7, group >> 4 & 7, _dims(group >> 7 & 7)) if group >> 3 & 1 else None


def _instruction(words: list[int]) -> Instruction:
    operands, streams, control = words
    return Instruction(
        operation=Operation(control >> 20 & 0x1FF),
        x=_operand(operands & 0xFF),
        y=_operand(operands >> 8 & 0xFF),
        a=_operand(operands >> 16 & 0xFF),
        z=operands >> 28 & 7,
        loads=(_stream(streams & 0x3FF), _stream(streams >> 10 & 0x3FF)),
        store=_stream(streams >> 20 & 0x3FF),
        begins=tuple(n for n in range(registers.LOOPS) if control >> 2 * n & 1),
        ends=tuple(n for n in range(registers.LOOPS) if control >> 2 * n + 1 & 1),
        last=bool(control >> 31),
    )
