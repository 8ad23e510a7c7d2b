"""Programs of the accelerator that hypothesis draws: valid ones, and valid ones with one thing broken.

A program is made from one string of bytes, so that drawing 100,000 of them takes minutes; bytes that are zero
give the simplest choice each, which is what hypothesis shrinks to.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy_mvp as twin
from hypothesis import strategies as st

RAM_BASE, FLASH_BASE, REGION_BYTES = 0x20000000, 0x08000000, 4096
MAX_EXECUTED = 150  # instructions, loops included

OPERATIONS = tuple(sorted((twin.NOOP, *twin.OPERATIONS)))
TRANSFORMS = (0, 0, 0, 0, 2, 8, 10, 1, 4, 15)  # zero or negate a lane


class Choices:
    """Small numbers out of a string of bytes, zeros once it is used up."""

    def __init__(self, data: bytes) -> None:
        self.data = iter(data)

    def below(self, limit: int) -> int:
        """0…limit - 1; limit at most 2^16."""
        value = next(self.data, 0)
        if limit > 256:
            value |= next(self.data, 0) << 8
        return value % limit

    def within(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def bits(self, count: int) -> int:
        return sum(next(self.data, 0) << shift for shift in range(0, count, 8)) & ((1 << count) - 1)


@dataclass(frozen=True)
class Case:
    """A launch image and what the memory is filled from."""

    image: tuple[int, ...]
    memory_seed: int

    def words(self) -> np.ndarray:
        return np.array(self.image, np.uint32)

    def memory(self) -> tuple[np.ndarray, np.ndarray]:
        """RAM and flash, uint8 [4096] each: any bytes (odd seeds) or ordinary binary16 values."""
        rng = np.random.default_rng(self.memory_seed)
        if self.memory_seed % 2:
            ram, flash = rng.integers(0, 256, (2, REGION_BYTES), np.uint8)
        else:
            ram, flash = rng.normal(0, 0.01, (2, REGION_BYTES // 2)).astype(np.float16).view(np.uint8)
        return ram, flash

    def with_word(self, index: int, value: int) -> "Case":
        return replace(self, image=(*self.image[:index], value & 0xFFFFFFFF, *self.image[index + 1 :]))


def array_words(choices: Choices) -> tuple[int, int, int, int]:
    """An array all of whose elements lie in one region, aligned."""
    kind, pair, in_flash = choices.below(3), choices.below(2), choices.below(2)
    element = (2 if kind == 2 else 1) * (2 if pair else 1)
    sizes = [choices.within(1, 9) for _ in range(3)]
    strides = [choices.within(-30, 30) for _ in range(3)]
    if choices.below(2):  # a contiguous row, as kernels have
        sizes[2], strides[2] = choices.within(1, 100), 1
    reach = [(size - 1) * stride * element for size, stride in zip(sizes, strides, strict=True)]
    lowest, highest = sum(min(0, r) for r in reach), sum(max(0, r) for r in reach)
    slots = (REGION_BYTES - element - highest + lowest) // element
    base = (FLASH_BASE if in_flash else RAM_BASE) + choices.below(slots + 1) * element - lowest
    dims = [size - 1 | (stride & 0xFFF) << 16 for size, stride in zip(sizes, strides, strict=True)]
    return base, dims[0] | kind << 12 | pair << 14, dims[1], dims[2]


def loop_marks(choices: Choices, instructions: int) -> tuple[list[int], list[int]]:
    """Nested loops: CFG2's marks of each instruction, NUMITERS of each loop; numbers ascend while nesting."""
    marks, last_iterations = [0] * instructions, []

    def nest(first: int, last: int, budget: int, depth: int) -> None:
        at = first
        while at <= last and len(last_iterations) < 8 and depth < 4 and choices.below(3):
            begin = choices.within(at, last)
            end = choices.within(begin, last)
            iterations = choices.within(1, max(1, min(100, budget // (end - begin + 1))))
            number = len(last_iterations)
            last_iterations.append(iterations - 1)
            marks[begin] |= 1 << 2 * number
            marks[end] |= 2 << 2 * number
            nest(begin, end, budget // iterations, depth + 1)
            at = end + 1

    nest(0, instructions - 1, MAX_EXECUTED, 0)
    return marks, last_iterations


def stream(choices: Choices, arrays: list[int], register: int) -> int:
    """Ten bits that use up one of `arrays`, or no access at all."""
    if not arrays or not choices.below(2):
        return 0
    return register | 8 | arrays.pop(choices.below(len(arrays))) << 4 | choices.below(8) << 7


def instruction_words(choices: Choices, in_flash: list[bool]) -> list[int]:
    """CFG0, CFG1, CFG2 without loop marks; the streams share no array and the loads no register."""
    operands = choices.below(8) << 28
    for shift in (0, 8, 16):
        operands |= (choices.below(8) | TRANSFORMS[choices.below(len(TRANSFORMS))] << 4) << shift
    free = list(range(5))
    first = choices.below(8)
    load0 = stream(choices, free, first)
    load1 = stream(choices, free, (first + choices.within(1, 7)) % 8)
    writable = [n for n in free if not in_flash[n]]
    store = stream(choices, writable, choices.below(8))
    return [operands, load0 | load1 << 10 | store << 20, OPERATIONS[choices.below(len(OPERATIONS))] << 20]


def sum_words(choices: Choices) -> list[int]:
    """A sum of products of two arrays' third dimensions, the instruction that kernels spend their time on."""
    x, total = choices.below(8), choices.below(8)
    y = (x + choices.within(1, 7)) % 8
    first = choices.below(5)
    load0 = x | 8 | first << 4 | 4 << 7
    load1 = y | 8 | (first + choices.within(1, 4)) % 5 << 4 | 4 << 7
    operation = twin.MACC if choices.below(2) else twin.MACR2A
    return [x | y << 8 | total << 16 | total << 28, load0 | load1 << 10, operation << 20]


def lane_bits(choices: Choices) -> int:
    """A binary16: a small whole number, a multiple of 2^-15 as kernels use, or any bits."""
    kind, value = choices.below(4), choices.below(1 << 16)
    if kind == 3:
        return value
    scale = 1.0 if kind < 2 else 2.0**-15
    return int(np.float16((value % 511 - 255) * scale).view(np.uint16))


def program(choices: Choices) -> Case:
    """A valid program."""
    seed = choices.bits(32)
    count = choices.within(1, 8)
    marks, last_iterations = loop_marks(choices, count)
    arrays = [array_words(choices) for _ in range(5)]
    in_flash = [words[0] < RAM_BASE for words in arrays]
    code = []
    for n in range(count):
        is_sum = choices.below(3) == 2 or (marks[n].bit_count() > 1 and choices.below(2))
        words = sum_words(choices) if is_sum else instruction_words(choices, in_flash)
        cfg0, cfg1, cfg2 = words
        code += [cfg0, cfg1, cfg2 | marks[n] | (n == count - 1) << 31]
    loops = []
    for last in last_iterations:
        loops += [last | (choices.bits(24) & 0x77777) << 12, (choices.bits(24) & 0x77777) << 12]
    registers = [lane_bits(choices) | lane_bits(choices) << 16 for _ in range(8)]
    padded_loops = loops + [0] * (16 - len(loops))
    padded_code = code + [0] * (24 - len(code))
    image = (*registers, *(word for words in arrays for word in words), *padded_loops, *padded_code, 9)
    return Case(image, seed)


def broken(choices: Choices) -> Case:
    """A program with something wrong, which makes it fault unless that place is not reached."""
    case = program(choices)
    base_word, code_word = 8 + 4 * choices.below(5), 44 + 3 * choices.below(8)
    base, dim0, cfg1, cfg2 = (case.image[i] for i in (base_word, base_word + 1, code_word + 1, code_word + 2))
    match choices.below(7):
        case 0:  # misaligned, unless its elements are bytes
            return case.with_word(base_word, base + choices.within(1, 3))
        case 1:  # some or all of it outside the memory
            return case.with_word(base_word, base + (4096, -4096, 2048, 1 << 28)[choices.below(4)])
        case 2:  # the reserved element type
            return case.with_word(base_word + 1, dim0 | 0x3000)
        case 3:  # an array that does not exist
            group = 10 * choices.below(3)
            return case.with_word(
                code_word + 1, cfg1 & ~(0x70 << group) | (8 | choices.within(5, 7) << 4) << group
            )
        case 4:  # an operation that does not exist
            return case.with_word(
                code_word + 2, cfg2 & ~(0x1FF << 20) | (2, 255, 256, 511)[choices.below(4)] << 20
            )
        case 5:  # a loop's end without its begin, or one that is badly nested
            return case.with_word(code_word + 2, cfg2 | 2 << 2 * choices.below(8))
        case _:  # no end
            for word in range(46, 68, 3):
                case = case.with_word(word, case.image[word] & 0x7FFFFFFF)
            return case


_bytes = st.binary(min_size=512, max_size=512)


def programs() -> st.SearchStrategy[Case]:
    """Valid programs."""
    return _bytes.map(lambda data: program(Choices(data)))


def broken_programs() -> st.SearchStrategy[Case]:
    """Programs that violate one rule."""
    return _bytes.map(lambda data: broken(Choices(data)))
