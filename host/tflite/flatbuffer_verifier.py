"""Checks every offset, vtable and vector length of a FlatBuffer before anything reads through them.

The Python FlatBuffers package has no verifier: it follows negative offsets to the end of the buffer and
loops over any vector length. A layout states the fields that are read; no other field is touched.
Format: https://flatbuffers.dev/internals (tables, vtables, vectors, all little-endian).
"""

import struct
from dataclasses import dataclass
from enum import Enum

from host.errors import ModelError

MAX_TABLES = 100_000
"""Tables visited before a file is refused: shared sub-tables would otherwise multiply the work."""

_UINT16 = struct.Struct("<H")
_UINT32 = struct.Struct("<I")
_INT32 = struct.Struct("<i")


class Kind(Enum):
    """What a field of a table holds."""

    SCALAR = "scalar"
    STRING = "string"
    VECTOR = "vector"
    TABLE = "table"
    TABLES = "tables"


@dataclass(frozen=True)
class Field:
    """A field: its slot in the vtable, its kind, the bytes of a scalar or element, the layout of tables."""

    slot: int
    kind: Kind
    size: int = 4
    layout: "Layout | None" = None


@dataclass(frozen=True)
class Layout:
    """The fields of one table type that are read."""

    name: str
    fields: tuple[Field, ...]


class Verifier:
    """Walks a buffer along a layout; raises ModelError at the first thing that lies outside of it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._tables = 0

    def root(self, layout: Layout) -> None:
        """Check the table that the first four bytes point to, and everything below it."""
        self.table(self._target(0, "root"), layout)

    def table(self, position: int, layout: Layout) -> None:
        """Check the table at `position` (bytes from the start) and everything below it.

        Raises:
            ModelError: an offset, a vtable or a vector reaches outside the buffer.
        """
        self._tables += 1
        if self._tables > MAX_TABLES:
            raise ModelError(f"more than {MAX_TABLES} tables in the file: not a model of this world")
        vtable = position - self._read(_INT32, position, layout.name)
        vtable_bytes = self._read(_UINT16, vtable, layout.name)
        self._span(vtable, vtable_bytes, layout.name)
        table_bytes = self._read(_UINT16, vtable + 2, layout.name)
        self._span(position, table_bytes, layout.name)
        if vtable_bytes < 4 or vtable_bytes % 2 or table_bytes < 4:
            raise ModelError(f"the vtable of {layout.name} at byte {vtable} is damaged")
        for field in layout.fields:
            entry = 4 + 2 * field.slot
            offset = self._read(_UINT16, vtable + entry, layout.name) if entry + 2 <= vtable_bytes else 0
            if offset:
                size = field.size if field.kind is Kind.SCALAR else 4
                if offset < 4 or offset + size > table_bytes:
                    raise ModelError(f"a field of {layout.name} at byte {position} lies outside its table")
                self._field(position + offset, field, layout.name)

    def _field(self, position: int, field: Field, name: str) -> None:
        if field.kind is Kind.SCALAR:
            return
        target = self._target(position, name)
        if field.kind is Kind.TABLE and field.layout:
            self.table(target, field.layout)
            return
        length = self._read(_UINT32, target, name)
        size = 1 if field.kind is Kind.STRING else field.size
        self._span(target + 4, length * size, name)
        if field.kind is Kind.TABLES and field.layout:
            for index in range(length):
                self.table(self._target(target + 4 + 4 * index, name), field.layout)

    def _target(self, position: int, name: str) -> int:
        target = position + self._read(_UINT32, position, name)
        self._span(target, 4, name)
        return target

    def _read(self, scalar: struct.Struct, position: int, name: str) -> int:
        self._span(position, scalar.size, name)
        value: int = scalar.unpack_from(self._data, position)[0]
        return value

    def _span(self, position: int, size: int, name: str) -> None:
        if position < 0 or position + size > len(self._data):
            raise ModelError(
                f"truncated or damaged: {name} reaches outside the file "
                f"(byte {position}, {size} long; the file has {len(self._data)})"
            )
