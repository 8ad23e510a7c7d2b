"""The functions of an image: names and address ranges from the symbol table of its ELF file."""

import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from host.errors import ImageError

DEMANGLERS = ("arm-none-eabi-c++filt", "c++filt")
"""Programs that turn linker names into C++ names, the first one found is used."""

_CODE_FLAG = 0x4  # SHF_EXECINSTR


@dataclass(frozen=True)
class Function:
    """A function of the image: `end` is the address after its last byte, bit 0 of both is clear."""

    name: str
    begin: int
    end: int


@dataclass(frozen=True)
class FunctionTable:
    """Functions sorted by address, without overlap."""

    functions: tuple[Function, ...]

    def at(self, address: int) -> Function | None:
        """Return the function that an address lies in, None outside of all."""
        index = bisect_right(self.functions, address, key=lambda function: function.begin) - 1
        if index < 0 or address >= self.functions[index].end:
            return None
        return self.functions[index]

    def ranges(self) -> list[tuple[int, int]]:
        """Return begin and end of each, as the recorder takes them."""
        return [(function.begin, function.end) for function in self.functions]


@dataclass(frozen=True)
class _Symbol:
    begin: int
    size: int
    is_global: bool
    name: str
    limit: int  # the end of its section


def read(elf: Path, demangled: bool = True) -> FunctionTable:
    """Read the functions of an image.

    Of several names of one address a global one is taken, then the first by the alphabet. A function without
    a size (assembly) ends at the next one or with its section.

    Args:
        elf: The image; other forms than ELF hold no symbols.
        demangled: Whether C++ names are made readable; without one of DEMANGLERS they stay.

    Raises:
        ImageError: the file cannot be read or is no usable ELF file.
    """
    try:
        with elf.open("rb") as stream:
            symbols = _symbols(ELFFile(stream))
    except OSError as error:
        raise ImageError(f"cannot read {elf}: {error.strerror or error}") from error
    except ELFError as error:
        raise ImageError(f"{elf} is no usable ELF file: {error}") from error
    except Exception as error:  # pyelftools lets many kinds out on damaged files
        raise ImageError(f"{elf} is a damaged ELF file: {error or type(error).__name__}") from error
    functions = _without_overlap(symbols)
    names = demangle([function.name for function in functions]) if demangled else None
    if names is None:
        return FunctionTable(functions)
    named = zip(names, functions, strict=True)
    return FunctionTable(tuple(Function(name, function.begin, function.end) for name, function in named))


def demangle(names: Sequence[str]) -> list[str]:
    """Return C++ names in readable form; unchanged what is none, and all where no demangler works."""
    program = next(filter(None, map(shutil.which, DEMANGLERS)), None)
    if program is None or not names:
        return list(names)
    try:
        result = subprocess.run(
            [program], input="\n".join(names) + "\n", capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return list(names)
    readable = result.stdout.splitlines()
    return readable if len(readable) == len(names) else list(names)


def _symbols(elf: ELFFile) -> list[_Symbol]:
    table = elf.get_section_by_name(".symtab")
    symbols = []
    for symbol in table.iter_symbols() if isinstance(table, SymbolTableSection) else ():
        section = symbol["st_shndx"]
        if symbol["st_info"]["type"] != "STT_FUNC" or not isinstance(section, int) or not symbol.name:
            continue
        header = elf.get_section(section).header
        if not header["sh_flags"] & _CODE_FLAG:
            continue
        is_global = symbol["st_info"]["bind"] != "STB_LOCAL"
        begin = int(symbol["st_value"]) & ~1
        limit = int(header["sh_addr"]) + int(header["sh_size"])
        symbols.append(_Symbol(begin, int(symbol["st_size"]), is_global, str(symbol.name), limit))
    return symbols


def _without_overlap(symbols: Sequence[_Symbol]) -> tuple[Function, ...]:
    chosen: dict[int, _Symbol] = {}
    for symbol in sorted(symbols, key=lambda one: (one.begin, not one.is_global, one.size == 0, one.name)):
        chosen.setdefault(symbol.begin, symbol)
    functions = []
    ordered = list(chosen.values())
    for index, symbol in enumerate(ordered):
        next_begin = ordered[index + 1].begin if index + 1 < len(ordered) else symbol.limit
        limit = min(next_begin, symbol.limit) if next_begin > symbol.begin else symbol.limit
        end = min(symbol.begin + symbol.size, limit) if symbol.size else limit
        if end > symbol.begin:
            functions.append(Function(symbol.name, symbol.begin, end))
    return tuple(functions)
