"""Compiles a board's image and turns what the compiler or linker says into one line."""

import re
import shutil
from pathlib import Path

import host
from host.boards import Board
from host.errors import BuildError
from host.firmware_build import cmake
from host.firmware_build.app import CONSOLE, App
from host.firmware_build.budget import CHANGE_MODEL_OR_BOARD

PRESET = "xg24"
COMPILER = "arm-none-eabi-g++"
ELF_NAME = "earshot.elf"

_TARGET = "earshot"
_LOG_LINES_SHOWN = 3
_OVERFLOW = re.compile(r"region `(FLASH|RAM)' overflowed by (\d+) bytes")
_ERROR_LINE = re.compile(r"error|undefined reference|multiple definition", re.IGNORECASE)


def compile_image(
    board: Board,
    folder: Path,
    board_folder: Path,
    generated: Path,
    kernel: str,
    app: App = CONSOLE,
    interpreter: bool = False,
) -> Path:
    """Configure and build the image in `folder`; quick when nothing has changed.

    Args:
        board: The board that the image is for.
        folder: CMake's build folder; it exists, and the caller holds its lock.
        board_folder: Folder with board.h and memory.ld.
        generated: Folder with the generated model sources.
        kernel: "reference", "baseline" or "fast".
        app: What the image serves.
        interpreter: Whether the image prepares its model itself.

    Returns:
        The ELF file.

    Raises:
        BuildError: no compiler, a compiler error, or an image that does not fit the board.
        DataError: the folder is not writable.
    """
    if shutil.which(COMPILER) is None:
        raise BuildError(f"{COMPILER} is not installed: run tools/setup, or install gcc-arm-none-eabi")
    log = folder / "build.log"
    configure = ["cmake", "--preset", PRESET, "-B", str(folder)]
    configure += [f"-DEARSHOT_BOARD_DIR={board_folder}", f"-DEARSHOT_GENERATED_DIR={generated}"]
    configure += [f"-DEARSHOT_KERNEL={kernel}", f"-DEARSHOT_VERSION={host.__version__}"]
    configure += [f"-DEARSHOT_INTERPRETER={'ON' if interpreter else 'OFF'}", *app.definitions]
    cmake.step(configure, log, lambda text: reason(text, board))
    build = ["cmake", "--build", str(folder), "--target", _TARGET, "--parallel", "2"]
    cmake.step(build, log, lambda text: reason(text, board))
    return folder / ELF_NAME


def reason(log: str, board: Board) -> str:
    """Return the one line that says why a build failed, from the output of CMake, compiler and linker."""
    overflow = _OVERFLOW.search(log)
    if overflow:
        memory = board.memory
        what, available = {
            "FLASH": ("model and code", f"{memory.flash_bytes} B of flash"),
            "RAM": (
                "arena and variables",
                f"{memory.ram_bytes - memory.stack_bytes} B of RAM beside its stack",
            ),
        }[overflow[1]]
        return (
            f"{what} are {overflow[2]} B too large for {board.name}, which has {available}:"
            f" {CHANGE_MODEL_OR_BOARD}"
        )
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    found = [line for line in lines if _ERROR_LINE.search(line)] or lines
    return f"building for {board.name} failed: {' | '.join(found[:_LOG_LINES_SHOWN])}"
