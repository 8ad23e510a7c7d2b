"""The steps from a model to an image for a board, and the record of the last image built."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from host import atomic, native
from host.boards import Board, header
from host.codegen import firmware_sources
from host.errors import ModelError
from host.firmware_build import budget, cmake, compiler, memory_use
from host.firmware_build.app import CONSOLE, App
from host.firmware_build.memory_use import MemoryUse
from host.project import BUILD_DIR, ROOT
from host.tflite import reader

LAST_IMAGE = "last_image.json"


@dataclass(frozen=True)
class Image:
    """An image: its files, the model in it (SHA-256 in hex), and where its memory goes.

    `notes` is what the firmware says of layers that do not fit the accelerator, one line each.
    `app` is what it serves.
    """

    board: str
    kernel: str
    elf: Path
    model_path: Path
    model_name: str
    model_sha256: str
    model_bytes: int
    arena_bytes: int
    use: MemoryUse
    notes: tuple[str, ...] = ()
    app: App = CONSOLE


def build(
    board: Board,
    model_path: Path,
    kernel: str,
    build_dir: Path = BUILD_DIR,
    preset: str = native.DEFAULT_PRESET,
    weights: str = native.DEFAULT_WEIGHTS,
    layout: str | None = None,
    on_core: Sequence[int] = (),
    app: App = CONSOLE,
    interpreter: bool = False,
) -> Image:
    """Generate, compile and link the image of a model for a board, in `build_dir`/BOARD.

    An application other than the console has a folder of its own, and its image is not the last one built:
    the commands that use that talk to the console's image.

    Args:
        board: A board; the virtual one gets the image of the board that it simulates.
        model_path: A .tflite file.
        kernel: "reference", "baseline" or "fast".
        build_dir: Where builds live; also gets last_image.json.
        preset: CMake preset of the host build that prepares the layers and measures the arena.
        weights: One of native.WEIGHTS: where the accelerator reads weights.
        layout: One of weight_layout.LAYOUTS, in which the weights are stored; the kernel's best when None.
        on_core: Operators, by index, that have a program but are left to the reference kernel.
        app: What the image serves.
        interpreter: Whether the image checks, prepares and lays out its model when it starts, as TFLM does,
            instead of linking tables in which that has been done.

    Raises:
        ModelError: the model cannot be read or has operators that are not supported.
        BuildError: it does not fit the board, or the compiler is missing or fails; or the board lacks what
            the application needs.
        FirmwareError: the firmware refuses the model.
        DataError: a file cannot be written.
    """
    app.check(board)
    budget.check_model_size(model_path.name, _file_bytes(model_path), board)
    model = reader.read(model_path)
    folder = build_dir / f"{board.image_board}{app.folder_suffix}"
    with cmake.locked(folder):
        sources = firmware_sources.generate(
            model,
            folder / "generated",
            preset,
            kernel,
            firmware_sources.WeightsInRam(weights, board),
            layout=layout,
            on_core=on_core,
        )
        arena_bytes = sources.interpreter_arena_bytes if interpreter else sources.arena_bytes
        budget.check_arena(model.name, arena_bytes, board)
        header.write(board, folder / "board")
        elf = compiler.compile_image(
            board, folder, folder / "board", folder / "generated", kernel, app, interpreter
        )
        use = memory_use.read(elf, board.memory)
    image = Image(
        board=board.image_board,
        kernel=kernel,
        elf=elf,
        model_path=model_path.resolve(),
        model_name=model.name,
        model_sha256=model.sha256,
        model_bytes=sources.model_bytes,
        arena_bytes=arena_bytes,
        use=use,
        notes=sources.notes,
        app=app,
    )
    if app == CONSOLE:
        _remember(image, build_dir / LAST_IMAGE)
    return image


def from_root(path: Path) -> str:
    """Return a path as it is written to records: relative to the clone where it lies inside."""
    path = path.resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _file_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise ModelError(f"cannot read model {path}: {error.strerror}") from error


def _remember(image: Image, path: Path) -> None:
    record = {
        "board": image.board,
        "model_path": from_root(image.model_path),
        "sha256": image.model_sha256,
        "elf": from_root(image.elf),
        "build_id": image.use.build_id,
    }
    atomic.write_text(path, json.dumps(record, indent=2) + "\n")
