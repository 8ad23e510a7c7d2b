"""Bytes as the initializer of a C array, in milliseconds where a loop in a template would take seconds."""

import struct

BYTES_PER_LINE = 20
WORDS_PER_LINE = 8

_DECIMAL = tuple(f"{value}," for value in range(256))


def initializer(data: bytes) -> str:
    """Return the lines between the braces of `const uint8_t x[] = {…};`, each indented by four spaces."""
    lines = []
    for start in range(0, len(data), BYTES_PER_LINE):
        lines.append("    " + "".join([_DECIMAL[value] for value in data[start : start + BYTES_PER_LINE]]))
    return "\n".join(lines)


def word_initializer(data: bytes) -> str:
    """Return the same for `const uint32_t x[] = {…};` from little-endian words."""
    words = [f"0x{word:08X}," for (word,) in struct.iter_unpack("<I", data)]
    lines = [words[start : start + WORDS_PER_LINE] for start in range(0, len(words), WORDS_PER_LINE)]
    return "\n".join("    " + " ".join(line) for line in lines)
