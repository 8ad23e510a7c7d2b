"""Models of one convolution over random shapes, filters, groups, strides, dilations and scales."""

from dataclasses import dataclass

import numpy as np
import tflite_models
from drawn_models import Numbers
from numpy.typing import NDArray
from tflite_models import Operand


@dataclass(frozen=True)
class Axis:
    """Rows or columns of a convolution."""

    input: int
    filter: int
    stride: int
    dilation: int
    output: int


def convolution(random: Numbers) -> bytes:
    """Return a model of CONV_2D; one in four has groups of channels."""
    groups = int(random.integers(2, 4)) if random.random() < 0.25 else 1
    depth, channels = int(random.integers(1, 10)), groups * int(random.integers(1, 7))
    return _model(random, "CONV_2D", groups * depth, channels, depth)


def depthwise(random: Numbers) -> bytes:
    """Return a model of DEPTHWISE_CONV_2D; every other one has more outputs than inputs."""
    multiplier = int(random.integers(2, 5)) if random.random() < 0.5 else 1
    channels = int(random.integers(1, 10))
    return _model(random, "DEPTHWISE_CONV_2D", channels, channels * multiplier, 1)


def _model(random: Numbers, opcode: str, input_channels: int, output_channels: int, depth: int) -> bytes:
    """`depth`: input channels that an output channel sees."""
    padding = str(random.choice(list(tflite_models.PADDINGS)))
    rows, columns = _axis(random, padding), _axis(random, padding)
    batches = int(random.integers(1, 3))
    activation = str(random.choice(list(tflite_models.ACTIVATIONS)))
    limited = activation in ("relu6", "relu_n1_to_1")
    # The lower scales put both ends of the activation's range inside that of int8.
    output_scale = float(np.float32(random.uniform(0.01, 0.05) if limited else random.uniform(0.1, 0.4)))
    input_scale = float(np.float32(random.uniform(0.01, 0.2)))
    input_zero, output_zero = _zero(random), _zero(random)
    # Standard deviation of a sum of products of random int8 numbers (see tflite_models).
    spread = 73.0 * np.hypot(74.0, input_zero) * np.sqrt(rows.filter * columns.filter * depth)
    # One scale or one per channel, so that outputs spread over the int8 range.
    middle = 40 * output_scale / (input_scale * spread)
    count = output_channels if random.integers(2) else 1
    scales = [float(scale) for scale in np.float32(middle * random.uniform(0.3, 2.0, count))]
    dimension = 0 if opcode == "CONV_2D" else 3
    shape = [rows.filter, columns.filter, output_channels]
    shape = [output_channels, *shape[:2], depth] if opcode == "CONV_2D" else [1, *shape]
    weights = random.integers(-127, 128, shape, dtype=np.int8)
    return tflite_models.single(
        opcode,
        [
            Operand("int8", (batches, rows.input, columns.input, input_channels), [input_scale], input_zero),
            Operand("int8", shape, scales, 0, weights, dimension),
            *_bias(random, opcode, spread, input_scale, scales, output_channels),
        ],
        Operand("int8", (batches, rows.output, columns.output, output_channels), [output_scale], output_zero),
        _options(opcode, rows, columns, padding, activation, output_channels // input_channels),
    )


def _zero(random: Numbers) -> int:
    """Return a zero point, the ends of the range being rarer than its middle."""
    return int(np.clip(np.rint(random.normal(0, 50)), -128, 127))


def _axis(random: Numbers, padding: str) -> Axis:
    size, stride = int(random.integers(1, 13)), int(random.integers(1, 5))
    dilation = int(random.choice([1, 1, 2, 3]))
    if padding == "same":
        return Axis(size, int(random.integers(1, 6)), stride, dilation, (size - 1) // stride + 1)
    # A filter that does not fit without padding is refused by both.
    taps = int(random.integers(1, min(5, (size - 1) // dilation + 1) + 1))
    return Axis(size, taps, stride, dilation, (size - (taps - 1) * dilation - 1) // stride + 1)


def _bias(
    random: Numbers,
    opcode: str,
    spread: float,
    input_scale: float,
    scales: list[float],
    channels: int,
) -> list[Operand | None]:
    """Return the third operand, which one model in four does not have or leaves out."""
    form = random.integers(8)
    # tflite-micro crashes on a depthwise convolution that leaves it out.
    if form == 0 and opcode == "CONV_2D":
        return [None]
    if form <= 1:
        return []
    values: NDArray[np.int32] = random.integers(-int(spread), int(spread) + 1, channels).astype(np.int32)
    bias_scales = [float(np.float32(input_scale) * np.float32(scale)) for scale in scales]
    return [Operand("int32", (channels,), bias_scales, 0, values)]


def _options(
    opcode: str, rows: Axis, columns: Axis, padding: str, activation: str, multiplier: int
) -> object:
    values = {
        "padding": tflite_models.PADDINGS[padding],
        "strideW": columns.stride,
        "strideH": rows.stride,
        "dilationWFactor": columns.dilation,
        "dilationHFactor": rows.dilation,
        "fusedActivationFunction": tflite_models.ACTIVATIONS[activation],
    }
    if opcode == "CONV_2D":
        return tflite_models.options("Conv2DOptionsT", **values)
    return tflite_models.options("DepthwiseConv2DOptionsT", depthMultiplier=multiplier, **values)
