"""Finds a symbol of an image by the linker's name or by the C++ name, with or without its parameters."""

import re

from host.errors import UsageError
from host.sim import symbols
from host.sim.image_file import ImageFile
from host.sim.symbols import FunctionTable

_LISTED = 8
_CLONE = re.compile(r"( \[clone [^]]*\])+$")
_QUALIFIERS = re.compile(r"( const| volatile| noexcept|&| &)+$")


def find(image: ImageFile | None, functions: FunctionTable, name: str) -> int:
    """Return the address of a symbol, bit 0 of functions cleared.

    Args:
        image: The image.
        functions: Its functions, named as C++ does.
        name: As the linker has it, or as C++ does: `port::WaitForInput()` or `port::WaitForInput`.

    Raises:
        UsageError: there is no image, it has no such symbol, or several; the message lists them.
    """
    if image is None or not image.symbols:
        raise UsageError(f"there is no symbol {name}: the image has none, load an ELF file")
    if name in image.symbols:
        return image.symbols[name]
    known = [(function.name, function.begin) for function in functions.functions]
    known += zip(symbols.demangle(list(image.symbols)), image.symbols.values(), strict=True)
    exact = {address: full for full, address in known if full == name}
    found = exact or {address: full for full, address in reversed(known) if without_parameters(full) == name}
    if not found:
        raise UsageError(f"{image.path} has no symbol {name}")
    if len(found) > 1:
        listed = [f"{full} at {address:#010x}" for address, full in sorted(found.items())]
        more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
        raise UsageError(
            f"{image.path} has several symbols {name}: {', '.join(listed[:_LISTED])}{more}; give one of them"
        )
    return next(iter(found))


def without_parameters(name: str) -> str:
    """Return a C++ name without parameters, what follows them, and marks of the compiler's copies."""
    name = _CLONE.sub("", name)
    bare = _QUALIFIERS.sub("", name)
    if not bare.endswith(")"):
        return name
    depth = 0
    for index in range(len(bare) - 1, -1, -1):
        depth += (bare[index] == ")") - (bare[index] == "(")
        if depth == 0:
            return bare[:index]
    return name
