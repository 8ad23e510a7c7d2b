"""Bytes as the initializer of a C array, in milliseconds where a loop in a template would take seconds."""

BYTES_PER_LINE = 20

_DECIMAL = tuple(f"{value}," for value in range(256))


def initializer(data: bytes) -> str:
    """Return the lines between the braces of `const uint8_t x[] = {…};`, each indented by four spaces."""
    lines = []
    for start in range(0, len(data), BYTES_PER_LINE):
        lines.append("    " + "".join([_DECIMAL[value] for value in data[start : start + BYTES_PER_LINE]]))
    return "\n".join(lines)
