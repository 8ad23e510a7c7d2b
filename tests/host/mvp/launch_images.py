"""Launch images written down word by word from the register map, for tests of what reads them."""

import numpy as np

RAM = 0x20000000
MACR2A = 471
NOOP, ADDR = 0, 74
DIM2 = 4


def stream(register: int, array: int, dims: int) -> int:
    """Ten bits of CFG1: register, enable, array, increments."""
    return register | 8 | array << 4 | dims << 7


def array(base: int, kind: int, pair: bool, *dims: tuple[int, int]) -> list[int]:
    """Four words from (size, stride) of DIM0, DIM1, DIM2."""
    words = [size - 1 | (stride & 0xFFF) << 16 for size, stride in dims]
    return [base, words[0] | kind << 12 | pair << 14, *words[1:]]


def image(registers: dict[int, tuple[float, float]], arrays: list, loops: list, code: list) -> np.ndarray:
    """69 words; what is not given is zero."""
    words = np.zeros(69, np.uint32)
    for n, lanes in registers.items():
        words[n] = np.array(lanes, np.float16).view(np.uint32)[0]
    for first, items in ((8, arrays), (28, loops), (44, code)):
        flat = [word for item in items for word in item]
        words[first : first + len(flat)] = flat
    words[68] = 9
    return words


def vendor_fully_connected(
    depth: int, outputs: int, base: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> np.ndarray:
    """Section 4's program for one row of an even depth: input A0, weights A1, bias A2, output A3."""
    pairs, s = depth // 2, 2.0**-15
    arrays = [
        array(base[0], 1, True, (1, 0), (1, 0), (pairs, 1)),
        array(base[1], 1, True, (1, 0), (outputs, pairs), (pairs, 1)),
        array(base[2], 2, False, (1, 0), (1, 0), (outputs, 1)),
        array(base[3], 1, False, (1, 0), (1, 0), (outputs, 1)),
    ]
    loops = [[outputs - 1, 0], [pairs - 1 | 2 << 12 + 4, 0]]
    code = [
        [0, stream(5, 2, DIM2), 1 << 0 | NOOP << 20],
        [
            6 | 0 << 8 | 1 << 16 | 6 << 28,
            stream(6, 0, DIM2) | stream(7, 1, DIM2) << 10,
            1 << 2 | MACR2A << 20,
        ],
        [6 | 7 << 8 | 5 << 16 | 5 << 28, 0, 2 << 2 | MACR2A << 20],
        [5 << 16 | 5 << 28, 0, ADDR << 20],
        [5 | 3 << 8 | 4 << 16 | 5 << 28, stream(5, 3, DIM2) << 20, 2 << 0 | MACR2A << 20 | 1 << 31],
    ]
    registers = {0: (s, s), 1: (3 * s, 3 * s), 3: (64.0, 0.0), 4: (-5.0, 0.0)}
    return image(registers, arrays, loops, code)


def block(images: list[np.ndarray], *, version: int = 1, role: int = 0) -> bytes:
    """A block of prepared images as firmware/kernels/mvp/prepared_layer.h lays it out, one layer each."""
    layers, parts = 32, 32 + 16 * len(images)
    contents = parts + 12 * len(images)
    words = [0x4950564D, version, contents + 276 * len(images), 0, len(images), layers, 0, 0]
    for n in range(len(images)):
        words += [2 + n, 0, 1, parts + 12 * n]
    for n in range(len(images)):
        words += [role, 69, contents + 276 * n]
    return np.array(words, "<u4").tobytes() + b"".join(words.tobytes() for words in images)
