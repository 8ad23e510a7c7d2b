"""Where programs come from: a launch image in a file, the images of a firmware image, or a model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from host.errors import ModelError, UsageError
from host.mvp import prepared, registers
from host.mvp.prepared import Prepared

SECTION = ".mvp_images"
MODEL_SECTION = ".model"
_MODEL_IDENTIFIER = b"TFL3"


@dataclass(frozen=True)
class Source:
    """A program: its launch image, and of a model's the layer, the kernel and what the program does for them.

    Attributes:
        image: 69 words, little-endian.
        layer: index of the operator in the model; None where the file is a bare launch image, as the rest.
        kernel: "fast" or "baseline".
        role: "rows", "prescale", "whole layer", ….
    """

    image: bytes
    layer: int | None = None
    kernel: str | None = None
    role: str | None = None

    @property
    def title(self) -> str:
        """What it is: "launch image", "layer 2 (fast): rows"."""
        return "launch image" if self.layer is None else f"layer {self.layer} ({self.kernel}): {self.role}"


def read(
    path: Path, prepare: Callable[[Path], bytes], model_options: Sequence[str] = ()
) -> tuple[Source, ...]:
    """Return the programs in a file, told apart by its content.

    Args:
        path: a launch image of 276 bytes, an ELF file or block with prepared images, or a .tflite file.
        prepare: makes the block of prepared images from a .tflite file.
        model_options: what was asked for that says how to prepare, like "--layout": refused with other files.

    Raises:
        ModelError: the file cannot be read, is none of these, or holds no program.
        UsageError: there are `model_options`, and the programs of this file are made already.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}") from error
    is_image = len(data) == registers.IMAGE_BYTES
    is_model = not is_image and data[4:8] == _MODEL_IDENTIFIER
    is_elf = data[:4] == b"\x7fELF"
    if not (is_image or is_model or is_elf or data[:4] == prepared.MAGIC):
        raise ModelError(
            f"{path} holds no programs: give a launch image ({registers.IMAGE_BYTES} bytes), "
            f"an ELF file that host.build made, or a .tflite file; or give dis what trace --json wrote"
        )
    if model_options and not is_model:
        raise UsageError(
            f"{' and '.join(model_options)}: only for a .tflite file; the programs in {path} are made already"
        )
    if is_image:
        return (Source(data),)
    if is_model:
        data = prepare(path)
    elif is_elf:
        data = _section(path, data)
    block = prepared.read(data)
    if not block.images:
        raise ModelError(f"no layer of {path} runs on the accelerator {_why_none(block)}")
    return tuple(Source(part.image, part.node, block.kernel, part.role) for part in block.images)


def _why_none(block: Prepared) -> str:
    left, others = block.left_to_core, block.layers - block.left_to_core
    asked = f"python -m host.profile --host MODEL --kernel {block.kernel} says why"
    if not left:
        return f"with kernel {block.kernel}: {asked}"
    leaves = f"--max-error of host.build or host.generate leaves {left} to the reference kernel for precision"
    if not others:
        return f"({leaves}): build it with a higher --max-error, or without"
    return f"({leaves}, and {others} {'does' if others == 1 else 'do'} not fit: {asked})"


def _section(path: Path, data: bytes) -> bytes:
    try:
        file = ELFFile(BytesIO(data))
        section = file.get_section_by_name(SECTION)
        content = b"" if section is None else bytes(section.data())
        has_model = file.get_section_by_name(MODEL_SECTION) is not None
    except ELFError as error:
        raise ModelError(f"{path} is a damaged ELF file: {error}") from error
    if content:
        return content
    if has_model:
        raise ModelError(
            f"{path} holds no programs (section {SECTION}): it was built with --kernel reference; "
            "build it with --kernel fast or baseline"
        )
    raise ModelError(f"{path} has no section {SECTION}: give an ELF file that host.build made")
