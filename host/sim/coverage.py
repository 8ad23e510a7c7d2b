"""Line coverage of an image: which source lines the executed addresses belong to, as an lcov tracefile.

The image is the one that is flashed, optimised and without instrumentation: a line counts as executed if any
of its instructions was, and lines for which the compiler made no instruction do not appear. A block of
instructions that a fault cut short counts as a whole.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Any

from elftools.common.exceptions import DWARFError, ELFError
from elftools.elf.elffile import ELFFile

from host.errors import ImageError
from host.sim.recording import Block
from host.sim.symbols import FunctionTable


@dataclass(frozen=True)
class LineStart:
    """An address at which the code of a source line begins."""

    path: str
    line: int
    address: int


@dataclass(frozen=True)
class FunctionHits:
    """How often a function was entered at its first instruction, and the line where that is."""

    name: str
    line: int
    hits: int


@dataclass(frozen=True)
class FileCoverage:
    """One source file: its path, and hits of each line that has code, in the order of lines."""

    path: str
    lines: tuple[tuple[int, int], ...]
    functions: tuple[FunctionHits, ...]

    @property
    def executed(self) -> int:
        """Lines that were executed."""
        return sum(hits > 0 for _, hits in self.lines)


class _Counts:
    """Executions by address."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        changes: dict[int, int] = defaultdict(int)
        for block in blocks:
            changes[block.address] += block.executions
            changes[block.address + block.size] -= block.executions
        self._addresses = sorted(changes)
        self._counts = list(accumulate(changes[address] for address in self._addresses))

    def at(self, address: int) -> int:
        index = bisect_right(self._addresses, address) - 1
        return self._counts[index] if index >= 0 else 0


def line_starts(elf: Path) -> tuple[LineStart, ...]:
    """Read the line table of an image.

    Relative paths are the compiler's, joined with its folder if that is absolute: a build that maps its own
    folders away (-ffile-prefix-map) has paths from the project's root on.

    Raises:
        ImageError: the file cannot be read, is damaged, or has no debug information.
    """
    try:
        with elf.open("rb") as stream:
            image = ELFFile(stream)
            starts = tuple(_line_starts(image.get_dwarf_info())) if image.has_dwarf_info() else ()
    except OSError as error:
        raise ImageError(f"cannot read {elf}: {error.strerror or error}") from error
    except (ELFError, DWARFError) as error:
        raise ImageError(f"{elf} is no usable ELF file: {error}") from error
    except Exception as error:  # pyelftools lets many kinds out on damaged files
        raise ImageError(f"{elf} is a damaged ELF file: {error or type(error).__name__}") from error
    if not starts:
        raise ImageError(f"{elf} has no line table: build it with debug information (-g)")
    return starts


def coverage(
    starts: Iterable[LineStart], blocks: Iterable[Block], functions: FunctionTable, root: Path
) -> tuple[FileCoverage, ...]:
    """Count the executions of lines.

    Args:
        starts: The image's line table.
        blocks: What was executed.
        functions: Of the image.
        root: The project. Relative paths start from it; files outside of it (the compiler's libraries), and
            those that are not there, are left out.

    Returns:
        The files in the order of their paths. A line's hits are the most of any of its addresses.
    """
    counts = _Counts(blocks)
    paths: dict[str, str | None] = {}
    lines: dict[str, dict[int, int]] = defaultdict(dict)
    entries: dict[int, LineStart] = {}
    for start in starts:
        if start.path not in paths:
            paths[start.path] = _within(start.path, root)
        path = paths[start.path]
        if path is None:
            continue
        entries.setdefault(start.address, LineStart(path, start.line, start.address))
        hits = counts.at(start.address)
        lines[path][start.line] = max(lines[path].get(start.line, 0), hits)
    heads: dict[str, list[FunctionHits]] = defaultdict(list)
    for function in functions.functions:
        entry = entries.get(function.begin)
        if entry:
            heads[entry.path].append(FunctionHits(function.name, entry.line, counts.at(function.begin)))
    return tuple(
        FileCoverage(path, tuple(sorted(lines[path].items())), tuple(heads[path])) for path in sorted(lines)
    )


def lcov(files: Iterable[FileCoverage]) -> str:
    """Return a tracefile as genhtml and editors read it."""
    records: list[str] = []
    for file in files:
        records += ["TN:", f"SF:{file.path}"]
        records += [f"FN:{function.line},{function.name}" for function in file.functions]
        records += [f"FNDA:{function.hits},{function.name}" for function in file.functions]
        records.append(f"FNF:{len(file.functions)}")
        records.append(f"FNH:{sum(function.hits > 0 for function in file.functions)}")
        records += [f"DA:{line},{hits}" for line, hits in file.lines]
        records += [f"LF:{len(file.lines)}", f"LH:{file.executed}", "end_of_record"]
    return "".join(f"{record}\n" for record in records)


def _line_starts(dwarf: Any) -> Iterator[LineStart]:
    for unit in dwarf.iter_CUs():
        program = dwarf.line_program_for_CU(unit)
        if program is None:
            continue
        folder = _text(unit.get_top_DIE().attributes.get("DW_AT_comp_dir"))
        paths: dict[int, str] = {}
        pending = None  # a row tells where its line begins; the next one that it had any code
        for entry in program.get_entries():
            state = entry.state
            if state is None:
                continue
            if pending is not None and state.address > pending[2]:
                yield LineStart(*pending)
            pending = None
            if state.end_sequence or state.line == 0 or state.address == 0:
                continue
            if state.file not in paths:
                paths[state.file] = _path(program.header, state.file, folder)
            pending = (paths[state.file], state.line, state.address)


def _path(header: Any, number: int, folder: str) -> str:
    # From version 5 on files and folders count from 0; before, from 1, and folder 0 is the compiler's.
    modern = header["version"] >= 5
    file = header["file_entry"][number if modern else number - 1]
    folders = [_decoded(one) for one in header["include_directory"]]
    if not modern:
        folders.insert(0, folder)
    parent = folders[file["dir_index"]] if file["dir_index"] < len(folders) else ""
    path = PurePosixPath(parent) / _decoded(file["name"])
    return str(PurePosixPath(folder) / path if folder.startswith("/") else path)


def _decoded(name: Any) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _text(attribute: Any) -> str:
    return _decoded(attribute.value) if attribute is not None else ""


def _within(path: str, root: Path) -> str | None:
    """Return the full path of a file in the root, None if it is elsewhere or not there."""
    full = (root / path).resolve()
    return str(full) if full.is_relative_to(root.resolve()) and full.is_file() else None
