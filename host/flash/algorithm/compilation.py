"""Builds the flash algorithm from its source with the compiler of the firmware."""

import io
import re
import subprocess
import tempfile
from pathlib import Path

from elftools.elf.elffile import ELFFile

from host.errors import BuildError
from host.flash.algorithm.blob import Algorithm, Routine

COMPILER = "arm-none-eabi-g++"

_FOLDER = Path(__file__).parent
_SOURCE = "msc_algorithm.cc"
_SCRIPT = "msc_algorithm.ld"
_OPTIONS = [
    *("-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=soft", "-std=c++17", "-Os"),
    *("-ffreestanding", "-fno-exceptions", "-fno-rtti", "-fno-stack-protector"),
    # Addresses relative to the program counter, and no calls of memset or memcpy.
    *("-fpie", "-fvisibility=hidden", "-fno-tree-loop-distribute-patterns"),
    *("-Wall", "-Wextra", "-Werror", "-nostdlib", "-Wl,--build-id=none"),
]
_TIMEOUT_S = 60.0


def build() -> Algorithm:
    """Return the algorithm, built anew.

    Raises:
        BuildError: no compiler, or it refuses the source.
    """
    with tempfile.TemporaryDirectory() as folder:
        elf = Path(folder) / "msc_algorithm.elf"
        command = [COMPILER, *_OPTIONS, f"-Wl,-T,{_FOLDER / _SCRIPT}", "-o", str(elf), str(_FOLDER / _SOURCE)]
        _run(command)
        return extract(elf.read_bytes(), _run([COMPILER, "--version"]).splitlines()[0])


def extract(elf: bytes, compiler: str) -> Algorithm:
    """Return the algorithm in a linked file.

    Raises:
        BuildError: a symbol is missing.
    """
    file = ELFFile(io.BytesIO(elf))
    text = file.get_section_by_name(".text")
    table = file.get_section_by_name(".symtab")

    def value(name: str) -> int:
        symbols = table.get_symbol_by_name(name)
        if not symbols:
            raise BuildError(f"{_SOURCE} has no {name}")
        # Without the Thumb bit of functions.
        return (int(symbols[0]["st_value"]) & ~1) - int(text["sh_addr"])

    return Algorithm(
        compiler,
        bytes(text.data())[: value("code_end")],
        value("memory_end"),
        tuple(value(routine) for routine in Routine),
    )


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        )
    except FileNotFoundError:
        raise BuildError(
            f"{COMPILER} is not installed: run tools/setup, or install gcc-arm-none-eabi"
        ) from None
    except subprocess.TimeoutExpired:
        raise BuildError(f"{COMPILER} does not end within {_TIMEOUT_S:g} s") from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if re.search(r"error|undefined", line)]
        raise BuildError(f"{_SOURCE} does not compile: {' | '.join(lines[:3]) or done.stderr.strip()[:200]}")
    return done.stdout
