"""The code of the flash algorithm as the repository has it, in msc_algorithm.json."""

import json
import struct
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from host.errors import FlashError

PATH = Path(__file__).with_name("msc_algorithm.json")
SCHEMA = "flash-algorithm/1"

_LINE_BYTES = 32


class Routine(StrEnum):
    """The routines, named as in the source."""

    INIT = "Init"
    UNINIT = "UnInit"
    ERASE_SECTOR = "EraseSector"
    ERASE_CHIP = "EraseChip"
    PROGRAM_PAGE = "ProgramPage"
    REPLACE_SECTOR = "ReplaceSector"
    CRC32 = "Crc32"


@dataclass(frozen=True)
class Algorithm:
    """Code that runs at any address of RAM.

    Attributes:
        compiler: What built it.
        code: Whole words; the first instruction is the BKPT where routines return to.
        memory_bytes: What code and variables need, a multiple of 8.
        offsets: Where each of Routine begins, in their order, in bytes.
    """

    compiler: str
    code: bytes
    memory_bytes: int
    offsets: tuple[int, ...]

    @property
    def words(self) -> list[int]:
        """The code as 32-bit words."""
        return [word for (word,) in struct.iter_unpack("<I", self.code)]

    def offset(self, routine: Routine) -> int:
        """Return where a routine begins, in bytes."""
        return self.offsets[list(Routine).index(routine)]

    def to_json(self) -> str:
        """Return the text of the file."""
        lines = [self.code[at : at + _LINE_BYTES].hex() for at in range(0, len(self.code), _LINE_BYTES)]
        document = {
            "schema": SCHEMA,
            "compiler": self.compiler,
            "memory_bytes": self.memory_bytes,
            "routines": {routine: self.offset(routine) for routine in Routine},
            "code": lines,
        }
        return json.dumps(document, indent=2) + "\n"


@cache
def read() -> Algorithm:
    """Return the code as committed.

    Raises:
        FlashError: the file is damaged.
    """
    return parse(PATH.read_text())


def parse(text: str) -> Algorithm:
    """Return what the text of such a file says.

    Raises:
        FlashError: it is damaged.
    """
    try:
        document = json.loads(text)
        algorithm = Algorithm(
            str(document["compiler"]),
            bytes.fromhex("".join(document["code"])),
            int(document["memory_bytes"]),
            tuple(int(document["routines"][routine]) for routine in Routine),
        )
        _check(document["schema"], algorithm)
    except (ValueError, KeyError, TypeError) as error:
        raise FlashError(
            f"{PATH.name} is damaged ({error}): run python -m host.flash.algorithm build"
        ) from error
    return algorithm


def _check(schema: object, algorithm: Algorithm) -> None:
    if schema != SCHEMA:
        raise ValueError(f"its schema is {schema!r}")
    size = len(algorithm.code)
    if size == 0 or size % 4:
        raise ValueError(f"{size} bytes of code are no whole words")
    if algorithm.memory_bytes < size:
        raise ValueError(f"{algorithm.memory_bytes} bytes of memory for {size} bytes of code")
    for routine, offset in zip(Routine, algorithm.offsets, strict=True):
        if not 0 < offset < size or offset % 2:
            raise ValueError(f"{routine} begins at {offset}")
