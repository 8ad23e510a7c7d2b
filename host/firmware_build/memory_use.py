"""Where an image's flash and RAM go, read from the sections of its ELF file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from host.boards.board import Memory
from host.errors import BuildError

MemoryName = Literal["flash", "ram"]

# What a section counts as, per memory; .data has its initial values in flash and its variables in RAM.
_FLASH_PARTS = {
    ".text": "text",
    ".rodata": "read-only data",
    ".note.gnu.build-id": "read-only data",
    ".ARM.extab": "read-only data",
    ".ARM.exidx": "read-only data",
    ".mvp_images": "accelerator images",
    ".model": "model",
    ".note.earshot": "read-only data",
    ".data": "initial values",
}
_RAM_PARTS = {
    ".data": "variables",
    ".bss": "variables",
    ".noinit": "variables",
    ".arena": "arena",
    ".weights": "weights",
    ".stack": "stack",
}


@dataclass(frozen=True)
class Part:
    """Bytes of one memory that serve one purpose."""

    memory: MemoryName
    name: str
    bytes: int


@dataclass(frozen=True)
class MemoryUse:
    """An image's parts and what its board offers, in bytes; `build_id` is "" where the linker wrote none."""

    parts: tuple[Part, ...]
    flash_available: int
    ram_available: int
    build_id: str

    @property
    def flash(self) -> int:
        """Bytes of flash used."""
        return sum(part.bytes for part in self.parts if part.memory == "flash")

    @property
    def ram(self) -> int:
        """Bytes of RAM used."""
        return sum(part.bytes for part in self.parts if part.memory == "ram")


def read(elf: Path, memory: Memory) -> MemoryUse:
    """Account for every allocated section of an image.

    Raises:
        BuildError: the file is no ELF file, or has a section of which nobody knows where it belongs.
    """
    try:
        with elf.open("rb") as stream:
            image = ELFFile(stream)
            sizes = {
                section.name: int(section["sh_size"])
                for section in image.iter_sections()
                if section["sh_flags"] & 2 and section["sh_size"]  # SHF_ALLOC
            }
            note = image.get_section_by_name(".note.gnu.build-id")
            build_id = next((str(entry["n_desc"]) for entry in note.iter_notes()), "") if note else ""
    except (OSError, ELFError) as error:
        raise BuildError(f"cannot read the image {elf}: {error}") from error
    unknown = sizes.keys() - _FLASH_PARTS.keys() - _RAM_PARTS.keys()
    if unknown:
        raise BuildError(
            f"the image has unknown sections {', '.join(sorted(unknown))}: name them in {__name__}"
        )
    parts = _sum("flash", _FLASH_PARTS, sizes) + _sum("ram", _RAM_PARTS, sizes)
    return MemoryUse(parts, memory.flash_bytes, memory.ram_bytes, build_id)


def _sum(memory: MemoryName, names: dict[str, str], sizes: dict[str, int]) -> tuple[Part, ...]:
    totals: dict[str, int] = {}
    for section, name in names.items():
        totals[name] = totals.get(name, 0) + sizes.get(section, 0)
    return tuple(Part(memory, name, count) for name, count in totals.items())
