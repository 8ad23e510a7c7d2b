"""Images for the virtual board, built once: a model that was built with the same settings needs no build.

The firmware's library stays in one build folder, where another model means compiling its generated sources
and linking. Each image that was linked is kept in a folder named by all that it depends on; those that were
not used for longest are removed.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from host import atomic, native
from host.boards import Board
from host.errors import ModelError
from host.firmware_build import cmake, compiler, image, memory_use
from host.firmware_build.memory_use import MemoryUse
from host.project import BUILD_DIR, ROOT
from host.tflite.reader import Model

FOLDER = BUILD_DIR / "simulated"

KEPT = 32
"""Images that are kept, of 1 MB or so each."""

_FORMAT = 1
_RECORD = "image.json"

# What decides the bytes of an image: sources, the host build that prepares layers, generators, build scripts.
_SOURCES = (
    ("firmware", ("*.cc", "*.h", "*.ld", "*.cmake", "CMakeLists.txt")),
    ("cmake", ("*.cmake",)),
    ("host/boards", ("*.py",)),
    ("host/codegen", ("*.py", "*.jinja")),
    ("host/firmware_build", ("*.py",)),
    ("host/mvp", ("*.cc", "*.h")),
    ("host/sim/host_build", ("*.cc", "*.h")),
    ("host/tflite", ("*.py",)),
)
_FILES = ("CMakeLists.txt", "CMakePresets.json", "host/__init__.py")
_TOOLS = (compiler.COMPILER, "cmake", "c++")


@dataclass(frozen=True)
class CachedImage:
    """An image in the cache: its file, the arena it was given in bytes, and where its memory goes."""

    elf: Path
    arena_bytes: int
    use: MemoryUse


def get(
    model: Model,
    path: Path,
    board: Board,
    kernel: str,
    weights: str = native.DEFAULT_WEIGHTS,
    layout: str | None = None,
    preset: str = native.DEFAULT_PRESET,
    folder: Path = FOLDER,
) -> CachedImage:
    """Return the image of a model for a board, building it where it is not in the cache.

    Args:
        model: The model.
        path: The file that it was read from.
        board: The board; the virtual one has the image of the board that it simulates.
        kernel: One of native.KERNELS.
        weights: One of native.WEIGHTS.
        layout: One of weight_layout.LAYOUTS; the kernel's best when None.
        preset: CMake preset of the host build that prepares the layers.
        folder: Where the cache is.

    Raises:
        ModelError: the file changed meanwhile, or has operators that are not supported.
        BuildError: the image does not fit the board, or the compiler is missing or fails.
        FirmwareError: the firmware refuses the model.
        DataError: a file cannot be written.
    """
    settings = {
        "format": _FORMAT,
        "model": [model.name, model.sha256],
        "board": asdict(board),
        "kernel": kernel,
        "weights": weights,
        "layout": layout,
        "firmware": fingerprint(),
    }
    key = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:32]
    place = folder / "images" / key
    found = _read(place, board)
    if found is not None:
        return found
    with cmake.locked(folder):
        found = _read(place, board)  # another process may have built it while this one waited
        if found is None:
            built = image.build(board, path, kernel, folder, preset, weights, layout)
            if built.model_sha256 != model.sha256:
                raise ModelError(f"{path} changed while its image was built: run the command again")
            _store(built, place)
            _remove_old(place.parent, place)
            found = CachedImage(place / compiler.ELF_NAME, built.arena_bytes, built.use)
    return found


def fingerprint() -> str:
    """Return a hash of all sources and tools that an image is made of and with."""
    digest = hashlib.sha256()
    for path in _sources():
        data = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(data)}\n".encode())
        digest.update(data)
    for tool in _TOOLS:
        digest.update(f"{tool} {_identity(tool)}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder, patterns in _SOURCES:
        found = {path for pattern in patterns for path in (ROOT / folder).rglob(pattern)}
        yield from sorted(path for path in found if path.is_file())
    yield from sorted((ROOT / "host").glob("native*.py"))
    yield from (ROOT / name for name in _FILES)


def _identity(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        return "missing"
    status = Path(found).resolve().stat()
    return f"{found} {status.st_size} {status.st_mtime_ns}"


def _read(place: Path, board: Board) -> CachedImage | None:
    try:
        record: dict[str, Any] = json.loads((place / _RECORD).read_text(encoding="utf-8"))
        arena_bytes = int(record["arena_bytes"])
        os.utime(place / _RECORD)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    elf = place / compiler.ELF_NAME
    return CachedImage(elf, arena_bytes, memory_use.read(elf, board.memory)) if elf.is_file() else None


def _store(built: image.Image, place: Path) -> None:
    with atomic.atomic_path(place) as temporary:
        temporary.mkdir()
        shutil.copyfile(built.elf, temporary / compiler.ELF_NAME)
        record = {"model": built.model_name, "kernel": built.kernel, "arena_bytes": built.arena_bytes}
        (temporary / _RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _remove_old(images: Path, newest: Path) -> None:
    def used(place: Path) -> float:
        try:
            return (place / _RECORD).stat().st_mtime
        except OSError:
            return 0.0

    with suppress(OSError):
        others = [place for place in images.iterdir() if place != newest and not place.name.startswith(".")]
        for place in sorted(others, key=used, reverse=True)[KEPT - 1 :]:
            shutil.rmtree(place, ignore_errors=True)
