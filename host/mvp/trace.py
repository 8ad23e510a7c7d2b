"""Stepping through a program instruction by instruction, on memory with made-up contents."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from host.errors import FirmwareError
from host.mvp import program as programs
from host.mvp.launch_image import Image, image_words
from host.mvp.machine import Mvp
from host.mvp.program import Array, Program

_RAM, _FLASH, _END_OF_FLASH = 0x20000000, 0x08000000, 0x20000000
_ALIGNMENT = 64
_VALUES = (-8, 9)  # small whole numbers: every type holds them


@dataclass(frozen=True)
class Step:
    """One executed instruction and the state after it.

    Attributes:
        pc: its place in the program, 0…7.
        cycles: counter RUN after it, the launch included.
        cost: cycles it took, waiting included (the launch is charged to none).
        registers: float16 [8, 2].
        indices: int64 [5, 3].
        fault: why it ended the program, else None.
    """

    pc: int
    cycles: int
    cost: int
    registers: NDArray[np.float16]
    indices: NDArray[np.int64]
    fault: str | None


def run(
    image: Image, *, flash: tuple[int, ...] = (), seed: int = 1, cycle_model: str = "device-flash"
) -> Iterator[Step]:
    """Step through a program.

    Args:
        image: 69 words; arrays whose address is 0 are put into memory first.
        flash: arrays without an address that go to flash instead of RAM.
        seed: of the memory's contents, which are small whole numbers.
        cycle_model: what cycles are counted with.

    Raises:
        UsageError: these are not 69 words, or there is no such cycle model.
    """
    words = image_words(image)
    program = _placed(programs.decode(words), flash)
    mvp = Mvp(cycle_model)
    for n in program.used_arrays:
        if n < len(program.arrays):
            words[8 + 4 * n] = program.arrays[n].base
    _fill_memory(mvp, program, np.random.default_rng(seed))
    mvp.load(words)
    before, goes_on = None, True
    while goes_on:
        pc, fault = mvp.pc, None
        try:
            goes_on = mvp.step()
        except FirmwareError as error:
            goes_on, fault = False, str(error)
        if before is None:
            before = _launch_cycles(cycle_model)
        yield Step(pc, mvp.cycles, mvp.cycles - before, mvp.registers, mvp.indices, fault)
        before = mvp.cycles


def _launch_cycles(cycle_model: str) -> int:
    """Cycles of a launch: those of the shortest program, but for its one instruction."""
    words = np.zeros(69, np.uint32)
    words[46] = 1 << 31
    return Mvp(cycle_model).launch(words) - 1


def _placed(program: Program, flash: tuple[int, ...]) -> Program:
    arrays = list(program.arrays)
    next_free = {False: _RAM, True: _FLASH}
    for n in program.used_arrays:
        if n >= len(arrays) or arrays[n].base:
            continue
        in_flash = n in flash
        low, high = arrays[n].extent
        arrays[n] = replace(arrays[n], base=next_free[in_flash] - low)
        next_free[in_flash] += (high - low + _ALIGNMENT - 1) // _ALIGNMENT * _ALIGNMENT
    return replace(program, arrays=tuple(arrays))


def _fill_memory(mvp: Mvp, program: Program, rng: np.random.Generator) -> None:
    accessed = [array for array in _accessed(program) if 0 <= _low(array) < _high(array) <= 1 << 32]
    for low, high in _spans(accessed):
        memory = np.zeros(high - low, np.uint8)
        for described in reversed(accessed):  # where arrays overlap, the first one's contents stay
            if low <= _low(described) < high:
                dtype = "<f2" if described.type == "binary16" else "i1"
                size = _high(described) - _low(described)
                contents = rng.integers(*_VALUES, size).astype(dtype).view(np.uint8)[:size]
                memory[_low(described) - low : _high(described) - low] = contents
        (mvp.add_flash if low < _END_OF_FLASH else mvp.add_ram)(low, memory)


def _low(array: Array) -> int:
    return array.base + array.extent[0]


def _high(array: Array) -> int:
    return array.base + array.extent[1]


def _spans(arrays: list[Array]) -> list[tuple[int, int]]:
    """Merge the arrays' extents into address ranges that do not touch."""
    spans: list[tuple[int, int]] = []
    for array in sorted(arrays, key=_low):
        if spans and _low(array) <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], _high(array)))
        else:
            spans.append((_low(array), _high(array)))
    return spans


def _accessed(program: Program) -> list[Array]:
    return [program.arrays[n] for n in program.used_arrays if n < len(program.arrays)]
