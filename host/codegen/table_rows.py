"""The rows of a static graph's tables as C++ initializers."""

from dataclasses import dataclass

from host.codegen.static_tables import (
    NOWHERE,
    AcceleratedLayer,
    Operation,
    StaticTables,
    TensorPlace,
    does_nothing,
    invoke_function,
    type_name,
)
from host.tflite.reader import Model, Tensor


@dataclass(frozen=True)
class InterfaceTensor:
    """An input or output of the model: expressions of its members, and its quantization.

    `scale` is the position of its scales in the file, NOWHERE if it is not quantized.
    """

    data: str
    dims: str
    bytes: int
    type: str
    allocation: str
    scale: int
    first_scale: str
    zero_points: tuple[int, ...]
    dimension: int


@dataclass(frozen=True)
class Interface:
    """The model's inputs or outputs; `name` is the word for one of them."""

    name: str
    tensors: tuple[InterfaceTensor, ...]


def tensor_rows(model: Model, tables: StaticTables) -> list[str]:
    """Return the members of each TfLiteEvalTensor: data, shape and type."""
    return [
        f"{{{_data(place, tensor.index)}}}, {_ints(place.dims)}, {type_name(tensor)}"
        for tensor, place in zip(model.tensors, tables.tensors, strict=True)
    ]


def operation_rows(model: Model, tables: StaticTables, kernel: str) -> list[str]:
    """Return the members of each earshot::StaticOperation."""
    return [
        f"{_function(model, tables, index, kernel)},"
        f" {{{_ints(operation.inputs)}, {_ints(operation.outputs)}, nullptr, {_user_data(index, operation)},"
        f' nullptr, {_links(model, tables, index)}, 0}}, "{model.operators[index].opcode}"'
        for index, operation in enumerate(tables.operations)
    ]


def address_rows(model: Model, tables: StaticTables) -> list[tuple[int, str]]:
    """Return the members of kernels::mvp::Addresses of each layer that has them, behind its index."""
    return [
        (index, ", ".join(_addresses(model, tables, index, layer)))
        for index in range(len(tables.operations))
        if (layer := _linked(model, tables, index)) is not None
    ]


def _links(model: Model, tables: StaticTables, index: int) -> str:
    return "nullptr" if _linked(model, tables, index) is None else f"&kAddresses{index}"


def _linked(model: Model, tables: StaticTables, index: int) -> AcceleratedLayer | None:
    """Return operator `index` as a layer of the accelerator between two tensors of the arena, or None.

    A layer that reads a constant finds its addresses when it runs: they may be odd, which takes a check.
    """
    operator = model.operators[index]
    ends = [tables.tensors[i] for i in (operator.inputs[0], operator.outputs[0])]
    computed = all(place.arena != NOWHERE and not place.value for place in ends)
    return tables.operations[index].accelerated if computed else None


def _addresses(model: Model, tables: StaticTables, index: int, layer: AcceleratedLayer) -> list[str]:
    operator = model.operators[index]
    source, weights, result = (tables.tensors[i] for i in (*operator.inputs[:2], operator.outputs[0]))
    scratch = "0" if layer.scratch == NOWHERE else f"arena + {tables.scratch[layer.scratch]}"
    copied = layer.weights_copy != NOWHERE
    data = (
        f"arena + {source.arena}",
        f"arena + {result.arena}",
        scratch,
        f"weights_ram + {layer.weights_copy}" if copied else f"kFile + {weights.file}",
        f"kPreparedWords + {layer.bias // 4}",
        f"kPreparedWords + {layer.multipliers // 4}" if layer.multipliers else "0",
    )
    addresses = [item if item == "0" else f"reinterpret_cast<uint32_t>({item})" for item in data]
    images = [
        f"reinterpret_cast<const mvp::ProgramImage*>(kPreparedWords + {part // 4})" if part else "nullptr"
        for part in (layer.main, layer.side)
    ]
    return [*addresses, *images]


def interfaces(model: Model, tables: StaticTables) -> tuple[Interface, Interface]:
    """Return inputs and outputs."""

    def interface(name: str, indices: tuple[int, ...]) -> Interface:
        return Interface(name, tuple(_interface_tensor(model.tensors[i], tables.tensors[i]) for i in indices))

    return interface("Input", model.inputs), interface("Output", model.outputs)


def _interface_tensor(tensor: Tensor, place: TensorPlace) -> InterfaceTensor:
    quantization = tensor.quantization
    return InterfaceTensor(
        data=_data(place, tensor.index),
        dims=_ints(place.dims),
        bytes=tensor.bytes,
        type=type_name(tensor),
        allocation="kTfLiteMmapRo" if place.file != NOWHERE else "kTfLiteArenaRw",
        scale=place.scale if quantization else NOWHERE,
        first_scale=float_literal(quantization.scales[0] if quantization else 0.0),
        zero_points=quantization.zero_points if quantization else (),
        dimension=quantization.dimension if quantization else 0,
    )


def value_rows(tables: StaticTables) -> list[tuple[int, bytes]]:
    """Return what tensors hold in every run, padded to words, behind their indices."""
    return [
        (index, place.value + bytes(-len(place.value) % 4))
        for index, place in enumerate(tables.tensors)
        if place.value
    ]


def _function(model: Model, tables: StaticTables, index: int, kernel: str) -> str:
    if does_nothing(model, tables, index):
        return "earshot::InvokeNothing"
    return invoke_function(model, index, kernel)


def _data(place: TensorPlace, index: int) -> str:
    if place.value:
        return f"reinterpret_cast<int32_t*>(const_cast<uint32_t*>(kValue{index}))"
    if place.file != NOWHERE:
        return f"reinterpret_cast<int32_t*>(kFile + {place.file})"
    return "nullptr" if place.arena == NOWHERE else f"reinterpret_cast<int32_t*>(arena + {place.arena})"


def _ints(position: int) -> str:
    at = "const_cast<int32_t*>(kNoInts)" if position == NOWHERE else f"kFile + {position}"
    return f"reinterpret_cast<TfLiteIntArray*>({at})"


def _user_data(index: int, operation: Operation) -> str:
    if operation.user_data == NOWHERE:
        return "nullptr"
    return f"const_cast<uint32_t*>(kNode{index} + {operation.user_data // 4})"


def float_literal(value: float) -> str:
    """Return a float32 as C++ writes it: nine significant digits bring every one back exactly."""
    text = f"{value:.9g}"
    return f"{text}f" if "." in text or "e" in text else f"{text}.0f"
