"""Metadata entries of a .tflite file: a name and bytes beside the model, for whoever knows the name.

A new entry goes to the front: all offsets of a FlatBuffer point forward, so the new file is a new root table
with one more buffer and metadata entry, and behind it the old file, of which nothing has to move.
"""

import struct
from dataclasses import dataclass

from host.tflite import schema

_ALIGNMENT = 16
"""Of constants in the file, which must not change."""

# Positions of fields in the vtables of the schema, counted from its first field.
_MODEL_VERSION, _MODEL_BUFFERS, _MODEL_METADATA = 0, 4, 6
_BUFFER_DATA = 0
_METADATA_NAME, _METADATA_BUFFER = 0, 1


def entries(data: bytes, name: bytes) -> tuple[bytes, ...]:
    """Return the contents of a file's entries of that name; empty where an entry has none.

    Args:
        data: The file, which reader.parse has taken.
        name: The entries' name.
    """
    root = _root(data)
    buffers = root.tables(_MODEL_BUFFERS)
    found = [entry for entry in root.tables(_MODEL_METADATA) if _name(entry) == name]
    return tuple(_content(entry, buffers) for entry in found)


def append(data: bytes, name: bytes, content: bytes) -> bytes:
    """Return a file that reader.parse has taken with one more entry."""
    root = _root(data)
    # The old file's place depends on the length of the front, which does not depend on the place.
    place = len(_front(root, name, content, 0))
    return _front(root, name, content, place) + data


def data_position(data: bytes, buffer: int) -> int:
    """Return where in the file the bytes of a buffer with data begin."""
    start = _root(data).tables(_MODEL_BUFFERS)[buffer].target(_BUFFER_DATA)
    assert start is not None  # reader has found data there
    return start + 4


@dataclass(frozen=True)
class _Table:
    """A table of a FlatBuffer that schema.load has checked."""

    data: bytes
    position: int

    def field(self, index: int) -> int | None:
        """Return the position of a field, or None when it is absent."""
        vtable = self.position - _int32(self.data, self.position)
        if 4 + 2 * index >= _uint16(self.data, vtable):
            return None
        offset = _uint16(self.data, vtable + 4 + 2 * index)
        return self.position + offset if offset else None

    def target(self, index: int) -> int | None:
        """Return the position that a field's offset leads to."""
        place = self.field(index)
        return None if place is None else place + _uint32(self.data, place)

    def fields(self) -> int:
        """Return how many fields the vtable has room for."""
        vtable = self.position - _int32(self.data, self.position)
        return (_uint16(self.data, vtable) - 4) // 2

    def tables(self, index: int) -> tuple["_Table", ...]:
        """Return the tables of a vector; none when it is absent."""
        start = self.target(index)
        if start is None:
            return ()
        places = range(start + 4, start + 4 + 4 * _uint32(self.data, start), 4)
        return tuple(_Table(self.data, place + _uint32(self.data, place)) for place in places)


def _root(data: bytes) -> _Table:
    return _Table(data, _uint32(data, 0))


def _name(entry: _Table) -> bytes:
    start = entry.target(_METADATA_NAME)
    return b"" if start is None else entry.data[start + 4 : start + 4 + _uint32(entry.data, start)]


def _content(entry: _Table, buffers: tuple[_Table, ...]) -> bytes:
    place = entry.field(_METADATA_BUFFER)
    index = 0 if place is None else _uint32(entry.data, place)
    start = buffers[index].target(_BUFFER_DATA) if index < len(buffers) else None
    return b"" if start is None else entry.data[start + 4 : start + 4 + _uint32(entry.data, start)]


class _Writer:
    """Appends tables and vectors; offsets are filled in when their targets' positions are known."""

    def __init__(self) -> None:
        self.data = bytearray(4) + schema.IDENTIFIER

    def table(self, fields: int, present: tuple[int, ...]) -> dict[int, int]:
        """Append a table of 32-bit fields, all 0, and return their positions; -1 is the table's own."""
        self._align()
        vtable = len(self.data)
        entries = [4 + 4 * present.index(index) if index in present else 0 for index in range(fields)]
        self.data += struct.pack(f"<{2 + fields}H", 4 + 2 * fields, 4 + 4 * len(present), *entries)
        self._align()
        start = len(self.data)
        self.data += struct.pack("<i", start - vtable) + bytes(4 * len(present))
        return {-1: start} | {index: start + 4 + 4 * i for i, index in enumerate(present)}

    def offsets(self, count: int) -> tuple[int, range]:
        """Append a vector of `count` offsets and return its position and theirs."""
        start = self.blob(struct.pack("<I", count) + bytes(4 * count))
        return start, range(start + 4, start + 4 + 4 * count, 4)

    def blob(self, content: bytes) -> int:
        """Append bytes at a multiple of four and return their position."""
        self._align()
        self.data += content
        return len(self.data) - len(content)

    def set(self, place: int, value: int) -> None:
        """Write a 32-bit field."""
        struct.pack_into("<I", self.data, place, value)

    def point(self, place: int, target: int) -> None:
        """Make the offset at `place` lead to `target`."""
        # Negative only while the length of the front is measured.
        self.set(place, max(target - place, 0))

    def _align(self, size: int = 4) -> None:
        self.data += bytes(-len(self.data) % size)

    def finish(self) -> bytes:
        """Return all, padded so that what follows keeps its alignment."""
        self._align(_ALIGNMENT)
        return bytes(self.data)


def _front(model: _Table, name: bytes, content: bytes, place: int) -> bytes:
    """Return what comes before the old file, which is at `place`: its root table anew, and the new entry."""
    buffers, old_entries = model.tables(_MODEL_BUFFERS), model.tables(_MODEL_METADATA)
    writer = _Writer()
    count = max(model.fields(), _MODEL_METADATA + 1)
    kept = tuple(index for index in range(count) if model.field(index) is not None)
    root = writer.table(count, tuple(sorted({*kept, _MODEL_METADATA})))
    writer.point(0, root[-1])
    for index in kept:
        field, target = model.field(index), model.target(index)
        assert field is not None
        assert target is not None
        if index == _MODEL_VERSION:
            writer.set(root[index], _uint32(model.data, field))
        elif index not in (_MODEL_BUFFERS, _MODEL_METADATA):
            writer.point(root[index], target + place)
    new_offsets = []  # vectors come before the tables that they lead to
    for index, old in ((_MODEL_BUFFERS, buffers), (_MODEL_METADATA, old_entries)):
        vector, places = writer.offsets(len(old) + 1)
        writer.point(root[index], vector)
        for offset, table in zip(places, old, strict=False):
            writer.point(offset, table.position + place)
        new_offsets.append(places[-1])
    buffer = writer.table(1, (_BUFFER_DATA,))
    writer.point(new_offsets[0], buffer[-1])
    writer.point(buffer[_BUFFER_DATA], writer.blob(struct.pack("<I", len(content)) + content))
    entry = writer.table(2, (_METADATA_NAME, _METADATA_BUFFER))
    writer.point(new_offsets[1], entry[-1])
    writer.set(entry[_METADATA_BUFFER], len(buffers))
    writer.point(entry[_METADATA_NAME], writer.blob(struct.pack("<I", len(name)) + name + b"\0"))
    return writer.finish()


def _uint16(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 2], "little")


def _uint32(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little")


def _int32(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little", signed=True)
