"""A .tflite file as frozen dataclasses, checked so far that later steps need not doubt its indices and sizes.

The checks are those that every runtime relies on: indices in range, constants as long as their shapes say,
operators in an order in which each reads only what exists. Whether an operator is supported: operators.py.
"""

import hashlib
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host.errors import ModelError
from host.tflite import schema

ELEMENT_BYTES = {
    "float32": 4,
    "float16": 2,
    "int32": 4,
    "uint8": 1,
    "int64": 8,
    "bool": 1,
    "int16": 2,
    "int8": 1,
    "float64": 8,
    "uint64": 8,
    "uint32": 4,
    "uint16": 2,
}
"""Bytes per element of the types that a tensor may have here."""

MAX_FILE_BYTES = 64 << 20
_MAX_ELEMENTS = 1 << 31


@dataclass(frozen=True)
class Quantization:
    """real = scale · (quantized − zero_point); one entry per tensor, or one per slice along `dimension`."""

    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    dimension: int

    @property
    def per_channel(self) -> bool:
        """Whether each slice along `dimension` has a scale of its own."""
        return len(self.scales) > 1


@dataclass(frozen=True)
class Tensor:
    """A tensor: `type` as numpy spells it ("int8"), `data` its constant bytes (None where it is computed)."""

    index: int
    name: str
    type: str
    shape: tuple[int, ...]
    quantization: Quantization | None
    data: bytes | None = field(repr=False)

    @property
    def elements(self) -> int:
        """Number of elements: the product of the shape, 1 for a scalar."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Bytes of its values."""
        return self.elements * ELEMENT_BYTES[self.type]

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The numpy type of its elements, little-endian as in the file and on the chip."""
        return np.dtype(self.type).newbyteorder("<")

    def constant(self) -> NDArray[np.generic]:
        """Return its constant values in its shape.

        Raises:
            ModelError: it is no constant.
        """
        if self.data is None:
            raise ModelError(f"tensor #{self.index} ({self.name}) is computed, not a constant")
        return np.frombuffer(self.data, self.dtype).reshape(self.shape)


@dataclass(frozen=True)
class Option:
    """One of an operator's options, named as in the schema, as in ("FusedActivationFunction", 1)."""

    name: str
    value: int


@dataclass(frozen=True)
class Operator:
    """An operator; `opcode` as in the schema ("FULLY_CONNECTED"), −1 marks an absent input."""

    index: int
    opcode: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options_type: str
    options: tuple[Option, ...]

    def option(self, name: str) -> int:
        """Return an option's value; where it is not written 0, the schema's default of all that are read."""
        return next((option.value for option in self.options if option.name == name), 0)


@dataclass(frozen=True)
class Model:
    """A model with one graph; `data` is the whole file."""

    name: str
    data: bytes = field(repr=False)
    description: str
    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 of the file, 64 hex digits."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def input(self) -> Tensor:
        """The first input tensor."""
        return self.tensors[self.inputs[0]]

    @property
    def output(self) -> Tensor:
        """The first output tensor."""
        return self.tensors[self.outputs[0]]


def read(path: Path) -> Model:
    """Read a .tflite file; the model is named after the file.

    Raises:
        ModelError: the file cannot be read or is no valid .tflite file with a single graph.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ModelError(
                f"{path} has {path.stat().st_size} bytes: the largest model accepted has {MAX_FILE_BYTES}"
            )
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read model {path}: {error.strerror}") from error
    try:
        return parse(data, path.stem)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def parse(data: bytes, name: str) -> Model:
    """Return the model in the bytes of a .tflite file.

    Raises:
        ModelError: as `read`.
    """
    raw = schema.load(data)
    tensors = tuple(_tensor(index, raw) for index in range(len(raw.tensors)))
    operators = tuple(_operator(index, raw) for index in range(len(raw.operators)))
    model = Model(name, data, raw.description, tensors, operators, raw.inputs, raw.outputs)
    _check_graph(model)
    return model


def _tensor(index: int, raw: schema.RawModel) -> Tensor:
    tensor = raw.tensors[index]
    label = f"tensor #{index}"
    kind = tensor.type.lower()
    if kind not in ELEMENT_BYTES:
        raise ModelError(f"{label} has type {tensor.type}, which is not supported")
    if -1 in tensor.shape:
        raise ModelError(
            f"{label} has a dynamic shape {list(tensor.shape)}: only static shapes are supported"
        )
    if any(size < 1 for size in tensor.shape) or math.prod(tensor.shape) > _MAX_ELEMENTS:
        raise ModelError(f"{label} has the impossible shape {list(tensor.shape)}")
    if tensor.is_variable or tensor.is_sparse:
        raise ModelError(f"{label} is a variable or sparse tensor, which is not supported")
    result = Tensor(index, tensor.name, kind, tensor.shape, _quantization(label, tensor), None)
    data = _constant(label, tensor, raw)
    if data is not None and len(data) != result.bytes:
        raise ModelError(f"{label} has {len(data)} bytes of data for a shape of {result.bytes}")
    return Tensor(index, result.name, kind, result.shape, result.quantization, data)


def _constant(label: str, tensor: schema.RawTensor, raw: schema.RawModel) -> bytes | None:
    if tensor.buffer >= len(raw.buffers):
        raise ModelError(f"{label} names buffer #{tensor.buffer} of {len(raw.buffers)}")
    buffer = raw.buffers[tensor.buffer]
    if buffer.is_external or tensor.external_buffer:
        raise ModelError(
            f"{label} keeps its data outside of the model's tables: convert the model without that"
        )
    return buffer.data or None


def _quantization(label: str, tensor: schema.RawTensor) -> Quantization | None:
    scales, zero_points = tensor.scales, tensor.zero_points
    if not scales:
        return None
    channels = 1
    if len(scales) > 1:
        dimension = tensor.quantized_dimension
        if not 0 <= dimension < len(tensor.shape) or tensor.shape[dimension] != len(scales):
            raise ModelError(
                f"{label} has {len(scales)} scales, which fit no dimension of {list(tensor.shape)}"
            )
        channels = len(scales)
    if not all(math.isfinite(scale) and scale > 0 for scale in scales):
        raise ModelError(f"{label} has a scale that is not a positive number")
    if len(zero_points) not in (0, channels):
        raise ModelError(f"{label} has {channels} scales but {len(zero_points)} zero points")
    return Quantization(scales, zero_points or (0,) * channels, tensor.quantized_dimension)


def _operator(index: int, raw: schema.RawModel) -> Operator:
    operator = raw.operators[index]
    if operator.code >= len(raw.codes):
        raise ModelError(f"operator #{index} names code #{operator.code} of {len(raw.codes)}")
    code = raw.codes[operator.code]
    opcode = f"CUSTOM({code.custom})" if code.builtin == "CUSTOM" else code.builtin
    options = tuple(Option(option.name, option.value) for option in operator.options)
    return Operator(index, opcode, operator.inputs, operator.outputs, operator.options_type, options)


def _check_graph(model: Model) -> None:
    count = len(model.tensors)
    if not model.inputs or not model.outputs or not model.operators:
        raise ModelError("the model has no input, no output or no operator")
    _check_indices("the model", model.inputs + model.outputs, count)
    known = {tensor.index for tensor in model.tensors if tensor.data is not None}
    if known & set(model.inputs) or len(set(model.inputs)) != len(model.inputs):
        raise ModelError("an input of the model is a constant or stands there twice")
    known |= set(model.inputs)
    for operator in model.operators:
        label = f"operator {operator.opcode} (#{operator.index})"
        _check_indices(label, tuple(i for i in operator.inputs if i != -1) + operator.outputs, count)
        missing = [tensor for tensor in operator.inputs if tensor != -1 and tensor not in known]
        if missing:
            raise ModelError(f"{label} reads tensor #{missing[0]} before anything writes it")
        if not operator.outputs or known & set(operator.outputs):
            raise ModelError(f"{label} has no output, or writes a tensor that already has a value")
        known |= set(operator.outputs)
    if not known.issuperset(model.outputs):
        raise ModelError("an output of the model is written by no operator")


def _check_indices(label: str, indices: tuple[int, ...], count: int) -> None:
    for index in indices:
        if not 0 <= index < count:
            raise ModelError(f"{label} names tensor #{index} of {count}")
