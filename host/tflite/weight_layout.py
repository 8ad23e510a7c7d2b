"""The order of a model's weights: as converters write them, or interleaved for the accelerator.

"interleaved" stores the weights [outputs, depth] of fully connected layers with an even number of outputs as
[outputs / 2, depth, 2], in the same bytes: the two rows of a pair alternate, element by element, so that the
accelerator computes two outputs per pass (firmware/kernels/mvp/fast_geometry.h). The metadata entry
"earshot.layout" names these tensors (firmware/tflm/weight_layout.h). Only this project's firmware reads such
a file; its reference kernels give the same results as for the original. Layers with an odd number of outputs
stay as they are: the row without a partner would need a program, a launch and a weight order of its own. So
do layers deeper than DEEPEST_INTERLEAVED, which the accelerator can only compute in the file's order.

The new file is the old one with its weights reordered, behind a new root table: all offsets of a FlatBuffer
point forward, so tables that are added go to the front, and nothing else of the file has to move.
"""

import struct
from dataclasses import dataclass

import numpy as np

from host.errors import ModelError
from host.tflite import reader, schema
from host.tflite.reader import Model

TFLITE = "tflite"
INTERLEAVED = "interleaved"
LAYOUTS = (TFLITE, INTERLEAVED)

DEEPEST_INTERLEAVED = 32736
"""The longest row that programs take one element at a time (kMaxFastElements in fast_geometry.h); of rows in
the file's order they take two where the depth is even, up to twice as many."""

ENTRY = b"earshot.layout"
ENTRY_VERSION = 1

_FULLY_CONNECTED = "FULLY_CONNECTED"
_WEIGHTS_OPERAND = 1
_ALIGNMENT = 16
"""Of constants in the file, which must not change."""

# Positions of fields in the vtables of the schema, counted from its first field.
_MODEL_VERSION, _MODEL_SUBGRAPHS, _MODEL_BUFFERS, _MODEL_METADATA = 0, 2, 4, 6
_BUFFER_DATA = 0
_METADATA_NAME, _METADATA_BUFFER = 0, 1


def for_kernel(kernel: str) -> str:
    """Return the layout that suits a kernel best: interleaved for "fast", the only one that makes use of it.

    Measured on the reference model's ten layers, accelerator cycles by the models device-flash (weights in
    flash, 224 KiB of them in RAM) and device-bothmiss: 202,664, 148,886 and 141,820 interleaved; 205,988,
    152,210 and 210,228 as in the file.
    """
    return INTERLEAVED if kernel == "fast" else TFLITE


def store(model: Model, kernel: str, layout: str | None = None) -> Model:
    """Return the model as it is stored for a kernel: in `layout`, or where that is None in the best there is.

    Raises:
        ModelError: as `apply`.
    """
    if layout is None:
        return model if is_interleaved(model) else apply(model, for_kernel(kernel))
    return apply(model, layout)


def is_interleaved(model: Model) -> bool:
    """Return whether a model is the result of `apply` with "interleaved"."""
    return bool(_entries(_root(model.data), ENTRY))


def apply(model: Model, layout: str) -> Model:
    """Return the model in a layout; "tflite" is the model itself.

    Raises:
        ModelError: "tflite" is asked for and the model is interleaved already, or its new form is invalid.
    """
    if is_interleaved(model):
        if layout == TFLITE:
            raise ModelError(f"the weights of {model.name} are interleaved already: use the original model")
        return model
    tensors = interleavable(model)
    if layout == TFLITE or not tensors:
        return model
    raw, table = schema.load(model.data), _root(model.data)
    old = bytearray(model.data)
    for tensor in tensors:
        rows, depth = model.tensors[tensor].shape
        place = _data_position(table, raw.tensors[tensor].buffer)
        weights = np.frombuffer(model.data, np.int8, rows * depth, place)
        pairs = weights.reshape(rows // 2, 2, depth).transpose(0, 2, 1)
        old[place : place + rows * depth] = pairs.tobytes()
    return reader.parse(_front(table, tensors) + bytes(old), model.name)


def interleavable(model: Model) -> tuple[int, ...]:
    """Return the tensors that may be interleaved, ascending.

    They are int8 constants [even, depth up to DEEPEST_INTERLEAVED] which fully connected layers read as their
    weights, which nothing else reads, and whose bytes no other tensor shares.
    """
    buffers = [tensor.buffer for tensor in schema.load(model.data).tensors]
    weights: set[int] = set()
    others: set[int] = set(model.outputs)
    for operator in model.operators:
        for position, tensor in enumerate(operator.inputs):
            as_weights = operator.opcode == _FULLY_CONNECTED and position == _WEIGHTS_OPERAND
            (weights if as_weights else others).add(tensor)
    return tuple(
        index
        for index in sorted(weights - others - {-1})
        if _can_be_paired(model.tensors[index]) and buffers.count(buffers[index]) == 1
    )


def _can_be_paired(tensor: reader.Tensor) -> bool:
    if tensor.type != "int8" or tensor.data is None or len(tensor.shape) != 2:
        return False
    rows, depth = tensor.shape
    return rows % 2 == 0 and depth <= DEEPEST_INTERLEAVED


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


def _entries(model: _Table, name: bytes) -> tuple[_Table, ...]:
    return tuple(entry for entry in model.tables(_MODEL_METADATA) if _name(entry) == name)


def _name(entry: _Table) -> bytes:
    start = entry.target(_METADATA_NAME)
    return b"" if start is None else entry.data[start + 4 : start + 4 + _uint32(entry.data, start)]


def _data_position(model: _Table, buffer: int) -> int:
    start = model.tables(_MODEL_BUFFERS)[buffer].target(_BUFFER_DATA)
    assert start is not None  # reader has found data there
    return start + 4


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


def _front(model: _Table, tensors: tuple[int, ...]) -> bytes:
    """Return what comes before the old file: its root table anew, with one more buffer and metadata entry."""
    # The old file's place depends on the length of this part, which does not depend on the place.
    return _front_before(model, tensors, len(_front_before(model, tensors, 0)))


def _front_before(model: _Table, tensors: tuple[int, ...], place: int) -> bytes:
    buffers, entries = model.tables(_MODEL_BUFFERS), model.tables(_MODEL_METADATA)
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
    for index, old in ((_MODEL_BUFFERS, buffers), (_MODEL_METADATA, entries)):
        vector, places = writer.offsets(len(old) + 1)
        writer.point(root[index], vector)
        for offset, table in zip(places, old, strict=False):
            writer.point(offset, table.position + place)
        new_offsets.append(places[-1])
    buffer = writer.table(1, (_BUFFER_DATA,))
    writer.point(new_offsets[0], buffer[-1])
    words = struct.pack(f"<{1 + len(tensors)}I", ENTRY_VERSION, *tensors)
    writer.point(buffer[_BUFFER_DATA], writer.blob(struct.pack("<I", len(words)) + words))
    entry = writer.table(2, (_METADATA_NAME, _METADATA_BUFFER))
    writer.point(new_offsets[1], entry[-1])
    writer.set(entry[_METADATA_BUFFER], len(buffers))
    name = struct.pack("<I", len(ENTRY)) + ENTRY + b"\0"
    writer.point(entry[_METADATA_NAME], writer.blob(name))
    return writer.finish()


def _uint16(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 2], "little")


def _uint32(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little")


def _int32(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little", signed=True)
