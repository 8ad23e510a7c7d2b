"""What parts of an image take, by the linker's map and by the ELF file's symbols."""

import re
from collections.abc import Collection
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from host.boards.board import Memory
from host.errors import BuildError

_BEGINNING = "Linker script and memory map"

# An input section: its name, on the same line or the next one address and size, then the library's member.
_INPUT_SECTION = re.compile(
    r"^ \.\S+\s+0x(?P<address>[0-9a-f]+)\s+0x(?P<size>[0-9a-f]+) \S*?lib(?P<library>\w+)\.a\(", re.MULTILINE
)


def flash_by_library(path: Path, memory: Memory) -> dict[str, int]:
    """Return the bytes of flash that each static library takes, by its name without `lib` and `.a`.

    Texts that are equal in several places are stored once: they count where the linker put them.

    Args:
        path: The map that GNU ld wrote.
        memory: The board's memory.

    Raises:
        BuildError: the file cannot be read, or is no such map.
    """
    try:
        text = path.read_text(errors="replace")
    except OSError as error:
        raise BuildError(f"cannot read the linker's map {path}: {error.strerror or error}") from error
    _, found, placed = text.partition(_BEGINNING)
    if not found:
        raise BuildError(f"{path} is no map of GNU ld: build the image again")
    sizes: dict[str, int] = {}
    for match in _INPUT_SECTION.finditer(placed):
        if 0 <= int(match["address"], 16) - memory.flash_base < memory.flash_bytes:
            sizes[match["library"]] = sizes.get(match["library"], 0) + int(match["size"], 16)
    return sizes


def symbol_sizes(elf: Path, names: Collection[str]) -> dict[str, int]:
    """Return the bytes that objects or functions take.

    Args:
        elf: The image.
        names: Of symbols as in the file, mangled where they are C++.

    Raises:
        BuildError: the file is no ELF file, or lacks one of them.
    """
    try:
        with elf.open("rb") as stream:
            table = ELFFile(stream).get_section_by_name(".symtab")
            symbols = table.iter_symbols() if isinstance(table, SymbolTableSection) else ()
            sizes = {symbol.name: int(symbol["st_size"]) for symbol in symbols if symbol.name in names}
    except (OSError, ELFError) as error:
        raise BuildError(f"cannot read the image {elf}: {error}") from error
    if missing := set(names) - sizes.keys():
        raise BuildError(f"{elf} has no symbol {', '.join(sorted(missing))}: build the image again")
    return sizes
