"""The text of an image's instructions, as binutils writes it."""

import shutil
import subprocess
from pathlib import Path

from host.errors import BuildError

OBJDUMP = "arm-none-eabi-objdump"

_TIMEOUT_S = 120.0


def disassemble(elf: Path) -> str:
    """Return what objdump writes of an image or an object file, with names of C++ as sources have them.

    Raises:
        BuildError: the disassembler is missing, fails or does not end.
    """
    if shutil.which(OBJDUMP) is None:
        raise BuildError(f"{OBJDUMP} is not installed: run tools/setup, or install binutils-arm-none-eabi")
    command = [OBJDUMP, "--disassemble", "--demangle", "--no-show-raw-insn", str(elf)]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{OBJDUMP} did not finish with {elf} within {_TIMEOUT_S:.0f} s") from error
    if result.returncode != 0:
        raise BuildError(f"cannot disassemble {elf}: {result.stderr.strip()}")
    return result.stdout
