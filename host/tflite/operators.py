"""What each supported operator costs (MACs, OPs) and how its options read; the list of supported operators.

OPs are counted as in the profile that the project is compared with: a fully connected layer has two per
multiply-accumulate, one per output for the bias and two per output for a fused ReLU; quantize has four per
element, dequantize two. Operators that only move or describe data have none. That profile has no others; they
are counted alike: convolutions as fully connected layers, poolings one per element of each window, arithmetic
and means one per element, logistic and softmax three (exponential, sum, quotient).
"""

from collections.abc import Callable
from dataclasses import dataclass

from host.errors import ModelError
from host.tflite import schema
from host.tflite.reader import Model, Operator, Tensor

_OPS_PER_QUANTIZED_ELEMENT = 4
_OPS_PER_DEQUANTIZED_ELEMENT = 2
_OPS_PER_RELU = 2
_OPS_PER_EXPONENTIAL = 3


ACCELERATED = frozenset({"FULLY_CONNECTED"})
"""Opcodes that have a program for the accelerator."""


@dataclass(frozen=True)
class Work:
    """Multiply-accumulates and operations of one inference."""

    macs: int
    ops: int


@dataclass(frozen=True)
class Layer:
    """An operator as people read it: `opcode` in lower case, shapes of all inputs and outputs, work."""

    index: int
    opcode: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    options: str
    work: Work


def layers(model: Model) -> tuple[Layer, ...]:
    """Return the model's operators in execution order with what each costs.

    Raises:
        ModelError: the model has an operator that the firmware does not support, or one that is malformed.
    """
    return tuple(_layer(model, operator) for operator in model.operators)


def total_work(model: Model) -> Work:
    """Return the MACs and OPs of one inference; raises ModelError as `layers`."""
    works = [layer.work for layer in layers(model)]
    return Work(sum(work.macs for work in works), sum(work.ops for work in works))


def supported() -> tuple[str, ...]:
    """Return the opcodes that the firmware runs, as the schema names them."""
    return tuple(_WORK)


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as tables show it, as in "1x640"; a scalar is "1"."""
    return "x".join(str(size) for size in shape) or "1"


def _layer(model: Model, operator: Operator) -> Layer:
    if operator.opcode not in _WORK:
        raise ModelError(
            f"operator {operator.opcode} (#{operator.index}) is not supported; "
            f"supported are {', '.join(sorted(_WORK))}"
        )
    inputs = tuple(model.tensors[index] for index in operator.inputs if index != -1)
    outputs = tuple(model.tensors[index] for index in operator.outputs)
    if not inputs:
        raise ModelError(f"operator {operator.opcode} (#{operator.index}) has no input")
    work = _WORK[operator.opcode](model, operator)
    return Layer(operator.index, operator.opcode.lower(), inputs, outputs, _options_text(operator), work)


def _weighted(
    model: Model, operator: Operator, dimensions: int, macs_per_output: Callable[[tuple[int, ...]], int]
) -> Work:
    """Count products with weights; `macs_per_output` gets the weights' shape, of as many `dimensions`."""
    label = f"operator {operator.opcode} (#{operator.index})"
    if len(operator.inputs) < 2 or -1 in operator.inputs[:2]:
        raise ModelError(f"{label} has no weights")
    shape = model.tensors[operator.inputs[1]].shape
    outputs = model.tensors[operator.outputs[0]].elements
    if len(shape) != dimensions:
        need = {2: "two", 4: "four"}[dimensions]
        raise ModelError(f"{label} has weights of shape {list(shape)}: {need} dimensions are needed")
    has_bias = len(operator.inputs) > 2 and operator.inputs[2] != -1
    macs = outputs * macs_per_output(shape)
    return Work(macs, 2 * macs + outputs * has_bias + _relu(operator, outputs))


def _fully_connected(model: Model, operator: Operator) -> Work:
    return _weighted(model, operator, 2, lambda shape: shape[1])


def _conv_2d(model: Model, operator: Operator) -> Work:
    return _weighted(model, operator, 4, lambda shape: shape[1] * shape[2] * shape[3])


def _depthwise_conv_2d(model: Model, operator: Operator) -> Work:
    return _weighted(model, operator, 4, lambda shape: shape[1] * shape[2])


def _pool(model: Model, operator: Operator) -> Work:
    outputs = model.tensors[operator.outputs[0]].elements
    window = operator.option("FilterWidth") * operator.option("FilterHeight")
    return Work(0, outputs * window + _relu(operator, outputs))


def _arithmetic(model: Model, operator: Operator) -> Work:
    outputs = model.tensors[operator.outputs[0]].elements
    return Work(0, outputs + _relu(operator, outputs))


def _mean(model: Model, operator: Operator) -> Work:
    return Work(0, model.tensors[operator.inputs[0]].elements)


def _exponential(model: Model, operator: Operator) -> Work:
    return Work(0, _OPS_PER_EXPONENTIAL * model.tensors[operator.outputs[0]].elements)


def _rectify(model: Model, operator: Operator) -> Work:
    return Work(0, _OPS_PER_RELU * model.tensors[operator.outputs[0]].elements)


def _relu(operator: Operator, outputs: int) -> int:
    return _OPS_PER_RELU * outputs if _activation(operator).startswith("relu") else 0


def _quantize(model: Model, operator: Operator) -> Work:
    return Work(0, _OPS_PER_QUANTIZED_ELEMENT * model.tensors[operator.outputs[0]].elements)


def _dequantize(model: Model, operator: Operator) -> Work:
    return Work(0, _OPS_PER_DEQUANTIZED_ELEMENT * model.tensors[operator.outputs[0]].elements)


def _none(model: Model, operator: Operator) -> Work:
    del model, operator
    return Work(0, 0)


_WORK: dict[str, Callable[[Model, Operator], Work]] = {
    "ADD": _arithmetic,
    "AVERAGE_POOL_2D": _pool,
    "CONCATENATION": _none,
    "CONV_2D": _conv_2d,
    "DEPTHWISE_CONV_2D": _depthwise_conv_2d,
    "DEQUANTIZE": _dequantize,
    "FULLY_CONNECTED": _fully_connected,
    "LOGISTIC": _exponential,
    "MAX_POOL_2D": _pool,
    "MEAN": _mean,
    "MUL": _arithmetic,
    "PACK": _none,
    "PAD": _none,
    "QUANTIZE": _quantize,
    "RELU": _rectify,
    "RELU6": _rectify,
    "RESHAPE": _none,
    "SHAPE": _none,
    "SOFTMAX": _exponential,
    "STRIDED_SLICE": _none,
    "SUB": _arithmetic,
}


def _activation(operator: Operator) -> str:
    return schema.activation_name(operator.option("FusedActivationFunction")).lower()


def _options_text(operator: Operator) -> str:
    opcode = operator.opcode
    if opcode in ("FULLY_CONNECTED", "ADD", "SUB", "MUL"):
        return f"activation:{_activation(operator)}"
    if opcode in ("CONV_2D", "DEPTHWISE_CONV_2D", "AVERAGE_POOL_2D", "MAX_POOL_2D"):
        return _window_text(operator)
    if opcode == "STRIDED_SLICE":
        masks = [f"{_snake(option.name)}:{option.value}" for option in operator.options if option.value]
        return ",".join(masks) or "no masks"
    if opcode == "PACK":
        return f"axis:{operator.option('Axis')},values:{operator.option('ValuesCount')}"
    if opcode == "CONCATENATION":
        return f"axis:{operator.option('Axis')}"
    return "none"


def _window_text(operator: Operator) -> str:
    """Return padding, sizes as height x width, and the activation."""
    parts = [f"padding:{schema.padding_name(operator.option('Padding')).lower()}"]
    for name, high, wide in _SIZES:
        sizes = operator.option(high), operator.option(wide)
        if sizes not in ((0, 0), (1, 1)) or name == "stride":
            parts.append(f"{name}:{sizes[0]}x{sizes[1]}")
    return ",".join([*parts, f"activation:{_activation(operator)}"])


_SIZES = (
    ("window", "FilterHeight", "FilterWidth"),
    ("stride", "StrideH", "StrideW"),
    ("dilation", "DilationHFactor", "DilationWFactor"),
)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
