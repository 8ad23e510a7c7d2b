"""The note in a firmware image: which board, model and application it was built for, and its build id.

The layout is that of firmware/port/xg24/image_note.cc. Entry 8 of the vector table, which the architecture
reserves, has the address of an ELF note (name "Earshot") in flash: so it is found in every form of an image,
and in a part's flash.
"""

import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from host.errors import ImageError
from host.sim.image_file import Segment

Read = Callable[[int, int], bytes]
"""Reads `count` bytes from `address`."""

_ENTRY = 8 * 4  # of the vector table, in bytes
_VECTOR_ALIGNMENT = 0x80  # of a vector table, at least (Armv8-M, VTOR)
_TYPE = 1
_NAME = b"Earshot\0"
_HEADER = struct.Struct("<III8s")  # name bytes, content bytes, type, name
_WORD = struct.Struct("<I")
_TEXTS = 6
_LARGEST_CONTENT = 1024
_BUILD_ID_HEADER = struct.Struct("<III4s")
_BUILD_ID_TYPE = 3  # NT_GNU_BUILD_ID
_LARGEST_BUILD_ID = 64
_SHA256 = re.compile(r"[0-9a-f]{64}")


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
        segments: The image, in the order of its addresses; none adjoins another.

    Raises:
        ImageError: it has a note that is damaged, or of a form that is not known here.
    """

    def read(address: int, count: int) -> bytes:
        for segment in segments:
            if segment.address <= address and address + count <= segment.end:
                return segment.data[address - segment.address :][:count]
        raise _OutsideError

    return _note(read, segments[0].address) if segments else None


def read(read: Read, base: int, end: int) -> ImageNote | None:
    """Return the note of the image in a part's flash; None where it has none, or only remains of one.

    Args:
        read: Reads flash; called five times at most, for some 300 bytes in all.
        base: Where the vector table is.
        end: Where flash ends: nothing is read from there on, nor below `base`.

    Raises:
        whatever `read` raises.
    """

    def read_flash(address: int, count: int) -> bytes:
        if not base <= address <= end - count:
            raise _OutsideError
        return read(address, count)

    try:
        return _note(read_flash, base)
    except ImageError:
        return None


def linked_at(data: bytes) -> int | None:
    """Return the address at which an image says that it begins, wherever it was put; None if it says nothing.

    Args:
        data: The image from its vector table on.
    """
    if len(data) < _ENTRY + _WORD.size:
        return None
    (address,) = _WORD.unpack_from(data, _ENTRY)
    at = data.find(_NAME)
    while at >= 0:
        start = at + len(_NAME) - _HEADER.size
        # The name may stand elsewhere, too, as in a program that reads notes.
        if start >= 0 and _HEADER.unpack_from(data, start)[0] == len(_NAME) and address >= start:
            base: int = address - start
            if base % _VECTOR_ALIGNMENT == 0:
                return base
        at = data.find(_NAME, at + 1)
    return None


class _OutsideError(Exception):
    """These bytes are not part of the image."""


def _note(read: Read, base: int) -> ImageNote | None:
    try:
        (address,) = _WORD.unpack(read(base + _ENTRY, _WORD.size))
        name_bytes, content_bytes, kind, name = _HEADER.unpack(read(address, _HEADER.size))
    except _OutsideError:
        return None
    if (name_bytes, name) != (len(_NAME), _NAME):
        return None
    if kind != _TYPE:
        raise ImageError(
            f"its note at {address:#010x} has form {kind}, and form {_TYPE} is known here: use the version of"
            " Earshot that built it, or build it again (python -m host.build)"
        )
    if not _WORD.size <= content_bytes <= _LARGEST_CONTENT:
        raise _damaged(address, f"it states {content_bytes} bytes")
    try:
        content = read(address + _HEADER.size, content_bytes)
    except _OutsideError:
        raise _damaged(address, "it is cut off") from None
    texts = _texts(content[_WORD.size :])
    if texts is None:
        raise _damaged(address, "its texts are no texts")
    if not _SHA256.fullmatch(texts[3]):
        raise _damaged(address, "it has no SHA-256 of a model")
    board, part, model, sha256, application, version = texts
    build_id = _build_id(read, _WORD.unpack_from(content)[0])
    return ImageNote(board, part, model, sha256, application, version, build_id)


def _texts(data: bytes) -> tuple[str, ...] | None:
    texts = data.split(b"\0")
    if len(texts) <= _TEXTS or any(texts[_TEXTS:]):
        return None
    decoded = tuple(text.decode("ascii", errors="replace") for text in texts[:_TEXTS])
    return decoded if all(text.isascii() and text.isprintable() for text in decoded) else None


def _build_id(read: Read, address: int) -> str:
    try:
        name_bytes, id_bytes, kind, name = _BUILD_ID_HEADER.unpack(read(address, _BUILD_ID_HEADER.size))
        if (name_bytes, kind, name) != (4, _BUILD_ID_TYPE, b"GNU\0") or id_bytes > _LARGEST_BUILD_ID:
            return ""
        return read(address + _BUILD_ID_HEADER.size, id_bytes).hex()
    except _OutsideError:
        return ""


def _damaged(address: int, why: str) -> ImageError:
    return ImageError(
        f"its note at {address:#010x} is damaged ({why}): build it again (python -m host.build)"
    )
