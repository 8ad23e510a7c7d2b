"""The note in a firmware image: which board, model and application it was built for, and its build id.

The layout is that of firmware/chip/efr32xg24/image_note.h. Entry 8 of the vector table, which the architecture
reserves, has the address of an ELF note (name "Earshot") in flash: so it is found in every form of an image, and
in a part's flash.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from host.sim.image_file import Segment

Read = Callable[[int, int], bytes]
"""Reads `count` bytes from `address`."""


@dataclass(frozen=True)
class ImageNote:
    """What an image says of itself.

    Attributes:
        board: Name of the board file, such as brd2601b; never that of the virtual board.
        part: Order code of the board's part.
        model: Name of the model.
        model_sha256: SHA-256 of the model's file, 64 hexadecimal digits.
        application: "console", or the benchmark with its mode: "benchmark-performance", "benchmark-energy".
        version: Version of the project.
        build_id: The linker's build id, hexadecimal; "" where the image was linked without one.
    """

    board: str
    part: str
    model: str
    model_sha256: str
    application: str
    version: str
    build_id: str


def find(segments: Sequence[Segment]) -> ImageNote | None:
    """Return the note of an image whose vector table is at its lowest address; None if it has none.

    Args:
        segments: The image, in the order of its addresses.

    Raises:
        ImageError: it has a note that is damaged, or of a form that is not known here.
    """
    raise NotImplementedError


def read(base: int, read: Read) -> ImageNote | None:
    """Return the note of the image in a part's flash; None where it has none, or only remains of one.

    Args:
        base: Where the vector table is.
        read: Reads flash; called five times at most, for some 300 bytes in all, inside of flash only.
    """
    raise NotImplementedError
