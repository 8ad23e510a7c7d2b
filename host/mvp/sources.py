"""Where programs come from: a launch image in a file, the images of a firmware image, or a model."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from host.errors import ModelError
from host.mvp import prepared, registers

SECTION = ".mvp_images"
_MODEL_IDENTIFIER = b"TFL3"


@dataclass(frozen=True)
class Source:
    """A program, and in `title` what it is: "launch image", "layer 2 (fast): rows"."""

    title: str
    image: bytes


def read(path: Path, prepare: Callable[[Path], bytes]) -> tuple[Source, ...]:
    """Return the programs in a file, told apart by its content.

    Args:
        path: a launch image of 276 bytes, an ELF file or block with prepared images, or a .tflite file.
        prepare: makes the block of prepared images from a .tflite file.

    Raises:
        ModelError: the file cannot be read, is none of these, or holds no program.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}") from error
    if len(data) == registers.IMAGE_BYTES:
        return (Source("launch image", data),)
    if data[4:8] == _MODEL_IDENTIFIER:
        data = prepare(path)
    elif data[:4] == b"\x7fELF":
        data = _section(path, data)
    elif data[:4] != prepared.MAGIC:
        raise ModelError(
            f"{path} holds no programs: give a launch image ({registers.IMAGE_BYTES} bytes), "
            f"an ELF file that host.build made, or a .tflite file"
        )
    block = prepared.read(data)
    if not block.images:
        raise ModelError(f"no layer of {path} runs on the accelerator with kernel {block.kernel}")
    return tuple(
        Source(f"layer {part.node} ({block.kernel}): {part.role}", part.image) for part in block.images
    )


def _section(path: Path, data: bytes) -> bytes:
    try:
        section = ELFFile(BytesIO(data)).get_section_by_name(SECTION)
        content = b"" if section is None else bytes(section.data())
    except ELFError as error:
        raise ModelError(f"{path} is a damaged ELF file: {error}") from error
    if not content:
        raise ModelError(f"{path} has no section {SECTION}: build it for a board whose part has an MVP")
    return content
