"""The block of launch images that a firmware image carries in its section .mvp_images.

firmware/kernels/mvp/prepared_layer.h has the format: little-endian words, offsets from the block's start.
"""

import struct
from dataclasses import dataclass

from host.errors import ModelError
from host.mvp import registers

MAGIC = b"MVPI"
VERSION = 1

_HEADER = struct.Struct("<4s7I")
_LAYER = struct.Struct("<4I")
_PART = struct.Struct("<3I")
_ON_CORE = 1 << 1
_VARIANTS = ("baseline", "fast")
_FIRST_TABLE = 0x100
_TABLE_ROLES = ("bias", "multipliers")
_TABLE_VALUE_BYTES = 2
_CUT_SHORT = "the launch images are cut short at byte {}: build the image again"
_ROLES = ("whole layer", "one output", "clamp", "prescale", "rows")


@dataclass(frozen=True)
class PreparedImage:
    """One program of a layer: `node` is the operator's index in the model, `role` what the program does."""

    node: int
    role: str
    image: bytes


@dataclass(frozen=True)
class PreparedTable:
    """Values that a layer's programs read, little-endian binary16: "bias" · 2^e, "multipliers" · 2^-e.

    Kernel "baseline" has e = -15, "fast" chooses it for each layer (fully_connected_plan.cc).
    """

    node: int
    role: str
    values: bytes


@dataclass(frozen=True)
class Prepared:
    """What a model needs for one kernel ("baseline", "fast"): programs in execution order, and tables.

    Of `layers` that have a kernel for the accelerator, --max-error left `left_to_core` to the core.
    """

    kernel: str
    images: tuple[PreparedImage, ...]
    tables: tuple[PreparedTable, ...]
    layers: int
    left_to_core: int


def read(block: bytes) -> Prepared:
    """Read a block; what follows it is ignored.

    Raises:
        ModelError: it is none, is cut short, or has another version.
    """
    magic, version, size, variant, layer_count, layers, *_ = _unpack(_HEADER, block, 0)
    if magic != MAGIC:
        raise ModelError("not a block of launch images: it does not begin with MVPI")
    if version != VERSION:
        raise ModelError(
            f"launch images of version {version}, this reads version {VERSION}: build the image again"
        )
    block = block[:size]
    images: list[PreparedImage] = []
    tables: list[PreparedTable] = []
    left_to_core = 0
    for n in range(layer_count):
        node, flags, part_count, parts = _unpack(_LAYER, block, layers + n * _LAYER.size)
        left_to_core += bool(flags & _ON_CORE)
        for p in range(part_count):
            role, count, offset = _unpack(_PART, block, parts + p * _PART.size)
            if role >= _FIRST_TABLE:
                values = _slice(block, offset, _TABLE_VALUE_BYTES * count)
                tables.append(PreparedTable(node, _name(_TABLE_ROLES, role - _FIRST_TABLE, "table"), values))
            else:
                image = _slice(block, offset, registers.IMAGE_BYTES)
                images.append(PreparedImage(node, _name(_ROLES, role, "role"), image))
    kernel = _name(_VARIANTS, variant, "kernel")
    return Prepared(kernel, tuple(images), tuple(tables), layer_count, left_to_core)


def _name(names: tuple[str, ...], number: int, kind: str) -> str:
    return names[number] if number < len(names) else f"{kind} {number}"


def _slice(block: bytes, offset: int, size: int) -> bytes:
    if offset + size > len(block):
        raise ModelError(_CUT_SHORT.format(len(block)))
    return block[offset : offset + size]


def _unpack(layout: struct.Struct, block: bytes, offset: int) -> tuple:  # type: ignore[type-arg]
    try:
        return layout.unpack_from(block, offset)
    except struct.error as error:
        raise ModelError(_CUT_SHORT.format(len(block))) from error
