"""What each supported operator costs (MACs, OPs) and how its options read; the list of supported operators.

OPs are counted as in the profile that the project is compared with: a fully connected layer has two per
multiply-accumulate, one per output for the bias and two per output for a fused ReLU; quantize has four per
element, dequantize two. Operators that only move or describe data have none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from host.errors import ModelError
from host.tflite import schema
from host.tflite.reader import Model, Operator, Tensor

_OPS_PER_QUANTIZED_ELEMENT = 4
_OPS_PER_DEQUANTIZED_ELEMENT = 2
_OPS_PER_RELU = 2


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


def _fully_connected(model: Model, operator: Operator) -> Work:
    label = f"operator FULLY_CONNECTED (#{operator.index})"
    if len(operator.inputs) < 2 or -1 in operator.inputs[:2]:
        raise ModelError(f"{label} has no weights")
    weights = model.tensors[operator.inputs[1]]
    outputs = model.tensors[operator.outputs[0]].elements
    if len(weights.shape) != 2:
        raise ModelError(f"{label} has weights of shape {list(weights.shape)}: two dimensions are needed")
    has_bias = len(operator.inputs) > 2 and operator.inputs[2] != -1
    has_relu = _activation(operator).startswith("relu")
    macs = outputs * weights.shape[1]
    return Work(macs, 2 * macs + outputs * (has_bias + _OPS_PER_RELU * has_relu))


def _quantize(model: Model, operator: Operator) -> Work:
    return Work(0, _OPS_PER_QUANTIZED_ELEMENT * model.tensors[operator.outputs[0]].elements)


def _dequantize(model: Model, operator: Operator) -> Work:
    return Work(0, _OPS_PER_DEQUANTIZED_ELEMENT * model.tensors[operator.outputs[0]].elements)


def _none(model: Model, operator: Operator) -> Work:
    del model, operator
    return Work(0, 0)


_WORK: dict[str, Callable[[Model, Operator], Work]] = {
    "QUANTIZE": _quantize,
    "RESHAPE": _none,
    "FULLY_CONNECTED": _fully_connected,
    "SHAPE": _none,
    "STRIDED_SLICE": _none,
    "PACK": _none,
    "DEQUANTIZE": _dequantize,
}


def _activation(operator: Operator) -> str:
    return schema.activation_name(operator.option("FusedActivationFunction")).lower()


def _options_text(operator: Operator) -> str:
    if operator.opcode == "FULLY_CONNECTED":
        return f"activation:{_activation(operator)}"
    if operator.opcode == "STRIDED_SLICE":
        masks = [f"{_snake(option.name)}:{option.value}" for option in operator.options if option.value]
        return ",".join(masks) or "no masks"
    if operator.opcode == "PACK":
        return f"axis:{operator.option('Axis')},values:{operator.option('ValuesCount')}"
    return "none"


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
