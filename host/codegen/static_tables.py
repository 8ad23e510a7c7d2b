"""What the host build has prepared of a model, read for the tables of a static graph.

The tables are what the firmware would have in RAM after AllocateTensors (firmware/tflm/static_graph.h): where
each tensor lies, and what each kernel keeps.
"""

from dataclasses import dataclass
from typing import Any

from host.errors import FirmwareError
from host.tflite.reader import Model, Tensor

NOWHERE = -1
"""A position that does not exist."""

_REFERENCE = {
    "ADD": "InvokeAdd",
    "AVERAGE_POOL_2D": "InvokeAveragePool2D",
    "CONCATENATION": "InvokeConcatenation",
    "CONV_2D": "InvokeConv2D",
    "DEPTHWISE_CONV_2D": "InvokeDepthwiseConv2D",
    "DEQUANTIZE": "InvokeDequantize",
    "FULLY_CONNECTED": "InvokeFullyConnectedInt8",
    "LOGISTIC": "InvokeLogistic",
    "MAX_POOL_2D": "InvokeMaxPool2D",
    "MEAN": "InvokeMean",
    "MUL": "InvokeMul",
    "PACK": "InvokePack",
    "PAD": "InvokePad",
    "QUANTIZE": "InvokeQuantize",
    "RELU": "InvokeRelu",
    "RELU6": "InvokeRelu6",
    "RESHAPE": "InvokeReshape",
    "SHAPE": "InvokeShape",
    "SOFTMAX": "InvokeSoftmax",
    "STRIDED_SLICE": "InvokeStridedSlice",
    "SUB": "InvokeSub",
}
"""In namespace kernels::reference."""

_CONVERSIONS = {
    "DEQUANTIZE": "kernels::fast::InvokeDequantize",
    "QUANTIZE": "kernels::fast::InvokeQuantize",
}
_OTHERS = {
    "reference": {},
    "baseline": {**_CONVERSIONS, "FULLY_CONNECTED": "kernels::mvp::InvokeFullyConnectedBaseline"},
    "fast": {
        **_CONVERSIONS,
        "ADD": "kernels::fast::InvokeAdd",
        "CONV_2D": "kernels::fast::InvokeConv2D",
        "DEPTHWISE_CONV_2D": "kernels::fast::InvokeDepthwiseConv2D",
        "FULLY_CONNECTED": "kernels::mvp::InvokeFullyConnectedFast",
    },
}
"""By kernel, what runs an operator in the place of the reference: as app::ChooseKernels has it."""


@dataclass(frozen=True)
class TensorPlace:
    """Where a tensor lies: bytes from the arena's or the file's start; the same of its shape and scales.

    `value` is what it holds in every run; empty where that depends on the input, or it is in the file.
    """

    arena: int
    file: int
    dims: int
    scale: int
    value: bytes = b""


@dataclass(frozen=True)
class AcceleratedLayer:
    """Of a layer that the accelerator runs: where its parts lie in the block of prepared layers, 0 for none.

    `scratch` is the index of its scratch buffer, `weights_copy` the position of its weights in RAM; NOWHERE
    where there is none.
    """

    main: int
    side: int
    bias: int
    multipliers: int
    scratch: int
    weights_copy: int


@dataclass(frozen=True)
class Operation:
    """A prepared operator: positions of its operands' indices in the file, and what its kernel keeps."""

    inputs: int
    outputs: int
    data: bytes
    user_data: int
    accelerated: AcceleratedLayer | None


@dataclass(frozen=True)
class Copy:
    """Weights with a copy in RAM: where they lie in the file, bytes, and position of the copy."""

    file: int
    bytes: int
    position: int


@dataclass(frozen=True)
class StaticTables:
    """All of a model; `notes` are lines about layers that stay on the core."""

    arena_bytes: int
    tensors: tuple[TensorPlace, ...]
    scratch: tuple[int, ...]
    operations: tuple[Operation, ...]
    copies: tuple[Copy, ...]
    notes: tuple[str, ...]


def parse(document: dict[str, Any]) -> StaticTables:
    """Return the tables in a document of the host build (host/sim/host_build/static_tables.h).

    Raises:
        FirmwareError: something is missing or of another kind.
    """
    try:
        return StaticTables(
            int(document["arena_bytes"]),
            tuple(
                TensorPlace(**{**tensor, "value": bytes.fromhex(tensor["value"] or "")})
                for tensor in document["tensors"]
            ),
            tuple(int(position) for position in document["scratch"]),
            tuple(_operation(item) for item in document["operations"]),
            tuple(Copy(**copy) for copy in document["copies"]),
            tuple(str(note) for note in document["notes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FirmwareError(f"the host build wrote tables that cannot be read: {error}") from error


def _operation(item: dict[str, Any]) -> Operation:
    accelerated = item["accelerated"]
    return Operation(
        inputs=int(item["inputs"]),
        outputs=int(item["outputs"]),
        data=bytes.fromhex(item["data"]),
        user_data=int(item["user_data"]),
        accelerated=None if accelerated is None else AcceleratedLayer(**accelerated),
    )


def reference_functions() -> dict[str, str]:
    """Return the C++ name of each operator's reference function, by opcode."""
    return {opcode: f"kernels::reference::{name}" for opcode, name in _REFERENCE.items()}


def invoke_function(model: Model, index: int, kernel: str) -> str:
    """Return the C++ name of the function that runs operator `index` of a model under a kernel's name."""
    operator = model.operators[index]
    if operator.opcode == "FULLY_CONNECTED" and has_float_layer(model):
        return "kernels::reference::InvokeFullyConnected"
    return _OTHERS[kernel].get(operator.opcode, reference_functions()[operator.opcode])


def does_nothing(model: Model, tables: StaticTables, index: int) -> bool:
    """Return whether operator `index` has nothing left to do: its outputs are known, or are its input."""
    operator = model.operators[index]
    results = [tables.tensors[output] for output in operator.outputs]
    if operator.opcode == "RESHAPE":
        source = tables.tensors[operator.inputs[0]]
        # A known value lies in flash: then nobody writes to the memory that both would share.
        in_place = not source.value and source.arena == results[0].arena and source.file == results[0].file
        return bool(results[0].value) or in_place
    return all(result.value for result in results)


def has_float_layer(model: Model) -> bool:
    """Return whether a fully connected layer is float32: the kernel of all types then runs all of them."""
    return any(
        model.tensors[operator.inputs[0]].type == "float32"
        for operator in model.operators
        if operator.opcode == "FULLY_CONNECTED"
    )


def type_name(tensor: Tensor) -> str:
    """Return the TfLiteType of a tensor's elements, as C++ spells it."""
    names = {"bool": "Bool", "uint8": "UInt8", "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64"}
    return f"kTfLite{names.get(tensor.type, tensor.type.capitalize())}"
