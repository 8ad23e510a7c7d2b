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
    """Collects tensors and operators of one subgraph.

    Attributes:
        buffers: What tensors and metadata refer to by number, schema.BufferT.
        tensors: schema.TensorT, by number.
        operators: schema.OperatorT in execution order.
        codes: Numbers of the operators that occur, in the order of their first use.
    """

    def __init__(self) -> None:
        self.buffers: list[Any] = [generated.BufferT()]  # the first is empty by convention
        self.tensors: list[Any] = []
        self.operators: list[Any] = []
        self.codes: list[int] = []
        self._metadata: list[Any] = []

    def tensor(
        self,
        kind: str,
        shape: Sequence[int],
        scales: Sequence[float] = (),
        zero_point: int = 0,
        data: NDArray[np.generic] | None = None,
        quantized_dimension: int = 0,
    ) -> int:
        """Add a tensor and return its number.

        Args:
            kind: As "int8".
            shape: Its dimensions; () for a scalar.
            scales: One, or one per element of a dimension; none: not quantized.
            zero_point: Of all scales.
            data: Of a constant; None: computed.
            quantized_dimension: The one that several scales belong to.
        """
        tensor = generated.TensorT()
        tensor.name = f"tensor_{len(self.tensors)}"
        tensor.type = getattr(generated.TensorType, kind.upper())
        tensor.shape = list(shape)
        if scales:
            tensor.quantization = generated.QuantizationParametersT()
            tensor.quantization.scale = list(scales)
            tensor.quantization.zeroPoint = [zero_point] * len(scales)
            tensor.quantization.quantizedDimension = quantized_dimension
        if data is not None:
            tensor.buffer = self._buffer(data.tobytes())
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def constant(
        self, values: NDArray[np.generic], scales: Sequence[float] = (), quantized_dimension: int = 0
    ) -> int:
        """Add a tensor with data, of their type and shape, and return its number; see `tensor`."""
        return self.tensor(values.dtype.name, values.shape, scales, 0, values, quantized_dimension)

    def operator(
        self,
        opcode: str,
        inputs: Sequence[int],
        outputs: Sequence[int],
        options: object = None,
        **values: float | list[int],
    ) -> None:
        """Add an operator.

        Args:
            opcode: As "CONV_2D".
            inputs: Numbers of tensors; -1: left out.
            outputs: Numbers of tensors.
            options: A table of the schema's object API, or its name without "Options" with `values` as its
                fields; None or "": none.
            values: Names and values of fields.
        """
        code = getattr(generated.BuiltinOperator, opcode)
        if code not in self.codes:
            self.codes.append(code)
        operator = generated.OperatorT()
        operator.opcodeIndex = self.codes.index(code)
        operator.inputs, operator.outputs = list(inputs), list(outputs)
        if isinstance(options, str) and options:
            options = getattr(generated, f"{options}OptionsT")()
            for name, value in values.items():
                setattr(options, name, value)
        if options:
            table = type(options).__name__.removesuffix("T")
            operator.builtinOptionsType = getattr(generated.BuiltinOptions, table)
            operator.builtinOptions = options
        self.operators.append(operator)

    def metadata(self, name: str, data: bytes) -> None:
        """Add an entry of metadata."""
        entry = generated.MetadataT()
        entry.name, entry.buffer = name, self._buffer(data)
        self._metadata.append(entry)

    def pack(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """Return the file."""
        graph = generated.SubGraphT()
        graph.name = "main"
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = list(inputs), list(outputs)
        model = generated.ModelT()
        model.version = SCHEMA_VERSION
        model.description = f"written by {type(self).__name__}"
        model.subgraphs, model.buffers = [graph], self.buffers
        model.operatorCodes = [_operator_code(code) for code in self.codes]
        if self._metadata:
            model.metadata = self._metadata
        builder = flatbuffers.Builder(1 << 12)
        builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
        return bytes(builder.Output())

    def _buffer(self, data: bytes) -> int:
        buffer = generated.BufferT()
        buffer.data = np.frombuffer(data, np.uint8)
        self.buffers.append(buffer)
        return len(self.buffers) - 1


def _operator_code(code: int) -> Any:
    entry = generated.OperatorCodeT()
    entry.deprecatedBuiltinCode, entry.builtinCode, entry.version = min(code, _MOST_OLD_CODE), code, 1
    return entry
