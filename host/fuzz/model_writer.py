"""Writes small .tflite models with the schema's object API (the package `tflite_micro`)."""

from collections.abc import Sequence
from typing import Any

import flatbuffers
import numpy as np
from numpy.typing import NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as generated

from host.tflite.schema import IDENTIFIER, SCHEMA_VERSION

_MOST_OLD_CODE = 127  # the field of operator codes of old had a byte


class ModelWriter:
    """Collects tensors and operators of one subgraph."""

    def __init__(self) -> None:
        self._buffers: list[Any] = [generated.BufferT()]  # the first is empty by convention
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._codes: list[int] = []
        self._metadata: list[Any] = []

    def tensor(
        self, kind: str, shape: Sequence[int], scales: Sequence[float] = (), zero_point: int = 0
    ) -> int:
        """Add a computed tensor and return its number.

        Args:
            kind: As "int8".
            shape: Its dimensions; () for a scalar.
            scales: One, or one per element of dimension 0; none: not quantized.
            zero_point: Of all scales.
        """
        tensor = generated.TensorT()
        tensor.name = f"tensor_{len(self._tensors)}"
        tensor.type = getattr(generated.TensorType, kind.upper())
        tensor.shape = list(shape)
        if scales:
            tensor.quantization = generated.QuantizationParametersT()
            tensor.quantization.scale = list(scales)
            tensor.quantization.zeroPoint = [zero_point] * len(scales)
        self._tensors.append(tensor)
        return len(self._tensors) - 1

    def constant(
        self, values: NDArray[np.generic], scales: Sequence[float] = (), quantized_dimension: int = 0
    ) -> int:
        """Add a tensor with data, of their type and shape, and return its number."""
        number = self.tensor(values.dtype.name, values.shape, scales)
        tensor = self._tensors[number]
        tensor.buffer = self._buffer(values.tobytes())
        if scales:
            tensor.quantization.quantizedDimension = quantized_dimension
        return number

    def operator(
        self,
        opcode: str,
        inputs: Sequence[int],
        outputs: Sequence[int],
        options: str = "",
        **values: float | list[int],
    ) -> None:
        """Add an operator; `options` names its table without "Options", `values` are fields of it."""
        code = getattr(generated.BuiltinOperator, opcode)
        if code not in self._codes:
            self._codes.append(code)
        operator = generated.OperatorT()
        operator.opcodeIndex = self._codes.index(code)
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        if options:
            operator.builtinOptionsType = getattr(generated.BuiltinOptions, f"{options}Options")
            operator.builtinOptions = getattr(generated, f"{options}OptionsT")()
            for name, value in values.items():
                setattr(operator.builtinOptions, name, value)
        self._operators.append(operator)

    def metadata(self, name: str, data: bytes) -> None:
        """Add an entry of metadata."""
        entry = generated.MetadataT()
        entry.name, entry.buffer = name, self._buffer(data)
        self._metadata.append(entry)

    def pack(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """Return the file."""
        graph = generated.SubGraphT()
        graph.tensors, graph.operators = self._tensors, self._operators
        graph.inputs, graph.outputs = list(inputs), list(outputs)
        model = generated.ModelT()
        model.version = SCHEMA_VERSION
        model.subgraphs, model.buffers = [graph], self._buffers
        model.operatorCodes = [_operator_code(code) for code in self._codes]
        if self._metadata:
            model.metadata = self._metadata
        builder = flatbuffers.Builder(1 << 12)
        builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
        return bytes(builder.Output())

    def _buffer(self, data: bytes) -> int:
        buffer = generated.BufferT()
        buffer.data = np.frombuffer(data, np.uint8)
        self._buffers.append(buffer)
        return len(self._buffers) - 1


def _operator_code(code: int) -> Any:
    entry = generated.OperatorCodeT()
    entry.deprecatedBuiltinCode, entry.builtinCode, entry.version = min(code, _MOST_OLD_CODE), code, 1
    return entry
