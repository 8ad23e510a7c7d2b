"""The verifier against buffers made by hand: each way in which an offset can lie."""

import struct

import pytest

from host.errors import ModelError
from host.tflite.flatbuffer_verifier import Field, Kind, Layout, Verifier

LEAF = Layout("Leaf", (Field(0, Kind.SCALAR, 4),))
ROOT = Layout(
    "Root",
    (
        Field(0, Kind.SCALAR, 4),
        Field(1, Kind.VECTOR, 4),
        Field(2, Kind.TABLE, layout=LEAF),
        Field(3, Kind.TABLES, layout=LEAF),
        Field(4, Kind.STRING),
    ),
)


def buffer(**fields: int) -> bytes:
    """Root table at 24 with one field at 28; vtable at 4; space for a target from 32 on."""
    slot = fields.get("slot", 0)
    vtable = [0] * 5
    vtable[slot] = fields.get("place", 4)
    head = struct.pack("<I", fields.get("root", 24))
    head += struct.pack("<HH5H", fields.get("vtable_bytes", 14), fields.get("table_bytes", 8), *vtable)
    head = head.ljust(24, b"\0")
    head += struct.pack("<iI", fields.get("vtable_offset", 20), fields.get("value", 4))
    return head + struct.pack("<IIII", fields.get("length", 3), 1, 2, 3)


@pytest.mark.parametrize("slot", [0, 1, 4])
def test_accepts_what_lies_inside(slot):
    Verifier(buffer(slot=slot)).root(ROOT)


@pytest.mark.parametrize(
    "fields",
    [
        {"root": 0},
        {"root": 1 << 31},
        {"root": 48},
        {"vtable_offset": 25},
        {"vtable_offset": -1000},
        {"vtable_bytes": 200},
        {"vtable_bytes": 3},
        {"vtable_bytes": 0},
        {"table_bytes": 200},
        {"table_bytes": 6},
        {"place": 2},
        {"slot": 1, "length": 4},
        {"slot": 1, "length": 0xFFFFFFFF},
        {"slot": 1, "value": 1000},
        {"slot": 1, "value": 0xFFFFFFFF},
        {"slot": 4, "length": 13},
        {"slot": 2, "value": 14},
        {"slot": 3, "length": 2},
    ],
)
def test_refuses_what_lies_outside(fields):
    with pytest.raises(ModelError):
        Verifier(buffer(**fields)).root(ROOT)


def table_with_tables(count: int, target: int) -> bytes:
    """A table at 8 of its own bytes whose vector, at 16, has `count` times the table at `target` of them."""
    head = struct.pack("<HHHH", 6, 8, 4, 0) + struct.pack("<iI", 8, 4) + struct.pack("<I", count)
    offsets = (target - (len(head) + 4 * index) for index in range(count))
    return head + b"".join(offset.to_bytes(4, "little") for offset in offsets)


def test_refuses_shared_tables_that_multiply_the_work():
    count = 5_000
    inner = Layout("Inner", (Field(0, Kind.TABLES, layout=LEAF),))
    outer = Layout("Outer", (Field(0, Kind.TABLES, layout=inner),))
    size = len(table_with_tables(count, 1 << 20))
    leaf = struct.pack("<HHi", 4, 4, 4)
    data = (
        struct.pack("<I", 12) + table_with_tables(count, size + 8) + table_with_tables(count, size + 4) + leaf
    )
    with pytest.raises(ModelError, match="more than 100000 tables"):
        Verifier(data).root(outer)
