"""The models that the fuzzer damages: one or more per operator of the runtime, small and so fast."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from host.fuzz.model_writer import ModelWriter

_SAME, _VALID = 0, 1
_NONE, _RELU, _RELU_N1_TO_1, _RELU6 = 0, 1, 2, 3
_INT32 = 2  # of the schema's element types


@dataclass(frozen=True)
class SeedModel:
    """A model that runs: what it is called, and the file."""

    name: str
    data: bytes


def seed_models() -> tuple[SeedModel, ...]:
    """Return all of them, the same on each call."""
    return tuple(SeedModel(write.__name__.removeprefix("_"), write()) for write in _WRITERS)


def _ints(*values: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.int32]]":
    return np.array(values, np.int32)


def _weights(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.int8]]":
    """Return int8 weights that are all different from their neighbours."""
    return ((np.arange(np.prod(shape)) * 37 + 11) % 255 - 127).astype(np.int8).reshape(shape)


def _conv_2d() -> bytes:
    """Stride, SAME padding, one scale per channel, a bias, an activation."""
    writer = ModelWriter()
    source = writer.tensor("int8", (1, 5, 4, 2), [0.05], 3)
    scales = [0.01, 0.02, 0.015]
    weights = writer.constant(_weights(3, 3, 2, 2), scales)
    bias = writer.constant(_ints(100, -200, 50), [0.05 * scale for scale in scales])
    result = writer.tensor("int8", (1, 3, 2, 3), [0.1], -5)
    writer.operator(
        "CONV_2D",
        [source, weights, bias],
        [result],
        "Conv2D",
        padding=_SAME,
        strideW=2,
        strideH=2,
        dilationWFactor=1,
        dilationHFactor=1,
        fusedActivationFunction=_RELU,
    )
    return writer.pack([source], [result])


def _conv_2d_dilated() -> bytes:
    """Two groups of channels, dilation, no padding, no bias, one scale."""
    writer = ModelWriter()
    source = writer.tensor("int8", (2, 5, 5, 4), [0.05], 0)
    weights = writer.constant(_weights(2, 2, 2, 2), [0.02])
    result = writer.tensor("int8", (2, 3, 3, 2), [0.1], 7)
    writer.operator(
        "CONV_2D",
        [source, weights],
        [result],
        "Conv2D",
        padding=_VALID,
        strideW=1,
        strideH=1,
        dilationWFactor=2,
        dilationHFactor=2,
        fusedActivationFunction=_NONE,
    )
    return writer.pack([source], [result])


def _depthwise_conv_2d() -> bytes:
    writer = ModelWriter()
    source = writer.tensor("int8", (1, 4, 4, 2), [0.05], -4)
    scales = [0.01, 0.02, 0.015, 0.03]
    weights = writer.constant(_weights(1, 3, 3, 4), scales, quantized_dimension=3)
    bias = writer.constant(_ints(10, -20, 30, 5), [0.05 * scale for scale in scales], 0)
    result = writer.tensor("int8", (1, 4, 4, 4), [0.04], 9)
    writer.operator(
        "DEPTHWISE_CONV_2D",
        [source, weights, bias],
        [result],
        "DepthwiseConv2D",
        padding=_SAME,
        strideW=1,
        strideH=1,
        dilationWFactor=1,
        dilationHFactor=1,
        depthMultiplier=2,
        fusedActivationFunction=_RELU6,
    )
    return writer.pack([source], [result])


def _fully_connected() -> bytes:
    writer = ModelWriter()
    source = writer.tensor("int8", (2, 6), [0.05], -3)
    scales = [0.01, 0.02, 0.015, 0.03]
    weights = writer.constant(_weights(4, 6), scales)
    bias = writer.constant(_ints(10, -20, 30, 5), [0.05 * scale for scale in scales])
    result = writer.tensor("int8", (2, 4), [0.1], 2)
    writer.operator(
        "FULLY_CONNECTED",
        [source, weights, bias],
        [result],
        "FullyConnected",
        fusedActivationFunction=_RELU_N1_TO_1,
    )
    return writer.pack([source], [result])


def _fully_connected_3d() -> bytes:
    """An output with as many dimensions as the input; the bias is left out by -1."""
    writer = ModelWriter()
    source = writer.tensor("int8", (1, 3, 6), [0.05], -3)
    weights = writer.constant(_weights(4, 6), [0.02])
    result = writer.tensor("int8", (1, 3, 4), [0.1], 2)
    writer.operator("FULLY_CONNECTED", [source, weights, -1], [result], "FullyConnected", keepNumDims=True)
    return writer.pack([source], [result])


def _fully_connected_float() -> bytes:
    writer = ModelWriter()
    source = writer.tensor("float32", (1, 5))
    weights = writer.constant(np.linspace(-1, 1, 15, dtype=np.float32).reshape(3, 5))
    bias = writer.constant(np.array([0.5, -0.25, 0.0], np.float32))
    result = writer.tensor("float32", (1, 3))
    writer.operator(
        "FULLY_CONNECTED",
        [source, weights, bias],
        [result],
        "FullyConnected",
        fusedActivationFunction=_RELU,
    )
    return writer.pack([source], [result])


def _layer_pair() -> bytes:
    """Two layers one after the other, which the accelerator runs, between the conversions of float ends."""
    writer = ModelWriter()
    source = writer.tensor("float32", (1, 20))
    quantized = writer.tensor("int8", (1, 20), [0.05], -3)
    writer.operator("QUANTIZE", [source], [quantized], "Quantize")
    tensors = [quantized]
    for depth, units, tensor_scale, scale in ((20, 12, 0.05, 0.2), (12, 20, 0.2, 0.5)):
        weights = writer.constant(_weights(units, depth), [0.01])
        bias = writer.constant(_ints(*range(-7 * units, 7 * units, 14)), [tensor_scale * 0.01])
        tensors.append(writer.tensor("int8", (1, units), [scale], 0))
        writer.operator("FULLY_CONNECTED", [tensors[-2], weights, bias], [tensors[-1]], "FullyConnected")
    result = writer.tensor("float32", (1, 20))
    writer.operator("DEQUANTIZE", [tensors[-1]], [result], "Dequantize")
    return writer.pack([source], [result])


def _row_pairs() -> bytes:
    """Weights of which the metadata say that two rows each are interleaved."""
    writer = ModelWriter()
    source = writer.tensor("int8", (1, 4), [0.05], -3)
    weights = writer.constant(_weights(2, 4), [0.02])
    result = writer.tensor("int8", (1, 2), [0.1], 2)
    writer.operator("FULLY_CONNECTED", [source, weights, -1], [result], "FullyConnected")
    writer.metadata("earshot.layout", np.array([1, weights], np.uint32).tobytes())
    return writer.pack([source], [result])


def _pool(opcode: str, padding: int) -> bytes:
    writer = ModelWriter()
    source = writer.tensor("int8", (1, 5, 5, 2), [0.05], -3)
    side = 3 if padding == _SAME else 2
    result = writer.tensor("int8", (1, side, side, 2), [0.05], -3)
    writer.operator(
        opcode,
        [source],
        [result],
        "Pool2D",
        padding=padding,
        strideW=2,
        strideH=2,
        filterWidth=2,
        filterHeight=3,
        fusedActivationFunction=_RELU6,
    )
    return writer.pack([source], [result])


def _average_pool_2d() -> bytes:
    return _pool("AVERAGE_POOL_2D", _SAME)


def _max_pool_2d() -> bytes:
    return _pool("MAX_POOL_2D", _VALID)


def _binary(opcode: str, options: str, shapes: tuple[tuple[int, ...], ...]) -> bytes:
    """Write an operator of two operands that broadcast; shapes: of both and of the result."""
    writer = ModelWriter()
    a, b = writer.tensor("int8", shapes[0], [0.05], -3), writer.tensor("int8", shapes[1], [0.07], 5)
    result = writer.tensor("int8", shapes[2], [0.1], 2)
    writer.operator(opcode, [a, b], [result], options, fusedActivationFunction=_RELU)
    return writer.pack([a, b], [result])


def _add() -> bytes:
    return _binary("ADD", "Add", ((1, 2, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4)))


def _sub() -> bytes:
    return _binary("SUB", "Sub", ((2, 1, 4), (3, 1), (2, 3, 4)))


def _mul() -> bytes:
    return _binary("MUL", "Mul", ((2, 3, 4), (), (2, 3, 4)))


def _unary(opcode: str, scale: float, zero_point: int, options: str = "", **values: float) -> bytes:
    """Write an operator of one operand, the result with this quantization."""
    writer = ModelWriter()
    source = writer.tensor("int8", (2, 7), [0.05], -3)
    result = writer.tensor("int8", (2, 7), [scale], zero_point)
    writer.operator(opcode, [source], [result], options, **values)
    return writer.pack([source], [result])


def _relu() -> bytes:
    return _unary("RELU", 0.05, -3)


def _relu6() -> bytes:
    return _unary("RELU6", 0.03, -128)


def _logistic() -> bytes:
    return _unary("LOGISTIC", 1 / 256, -128)


def _softmax() -> bytes:
    return _unary("SOFTMAX", 1 / 256, -128, "Softmax", beta=1.0)


def _quantize() -> bytes:
    writer = ModelWriter()
    source, result = writer.tensor("float32", (3, 5)), writer.tensor("int8", (3, 5), [0.1], 4)
    writer.operator("QUANTIZE", [source], [result], "Quantize")
    return writer.pack([source], [result])


def _dequantize() -> bytes:
    writer = ModelWriter()
    source, result = writer.tensor("int8", (3, 5), [0.1], 4), writer.tensor("float32", (3, 5))
    writer.operator("DEQUANTIZE", [source], [result], "Dequantize")
    return writer.pack([source], [result])


def _pad() -> bytes:
    writer = ModelWriter()
    source = writer.tensor("int8", (1, 3, 2, 2), [0.05], -3)
    amounts = writer.constant(_ints(0, 0, 1, 2, 2, 1, 0, 0).reshape(4, 2))
    result = writer.tensor("int8", (1, 6, 5, 2), [0.05], -3)
    writer.operator("PAD", [source, amounts], [result], "Pad")
    return writer.pack([source], [result])


def _mean() -> bytes:
    writer = ModelWriter()
    source = writer.tensor("int8", (2, 3, 4, 2), [0.05], -3)
    axes = writer.constant(_ints(1, -2))
    result = writer.tensor("int8", (2, 2), [0.04], 5)
    writer.operator("MEAN", [source, axes], [result], "Reducer", keepDims=False)
    return writer.pack([source], [result])


def _concatenation() -> bytes:
    writer = ModelWriter()
    sources = [writer.tensor("int8", (2, size, 3), [0.05], -3) for size in (1, 2, 3)]
    result = writer.tensor("int8", (2, 6, 3), [0.05], -3)
    writer.operator("CONCATENATION", sources, [result], "Concatenation", axis=-2)
    return writer.pack(sources, [result])


def _strided_slice() -> bytes:
    """A step, a negative step, and an axis that goes away."""
    writer = ModelWriter()
    source = writer.tensor("int8", (4, 5, 3), [0.05], -3)
    bounds = [writer.constant(_ints(*values)) for values in ((0, 4, 1), (4, 0, 2), (2, -1, 1))]
    result = writer.tensor("int8", (2, 4), [0.05], -3)
    writer.operator("STRIDED_SLICE", [source, *bounds], [result], "StridedSlice", shrinkAxisMask=4)
    return writer.pack([source], [result])


def _pack() -> bytes:
    writer = ModelWriter()
    sources = [writer.tensor("int8", (2, 3), [0.05], -3) for _ in range(3)]
    result = writer.tensor("int8", (2, 3, 3), [0.05], -3)
    writer.operator("PACK", sources, [result], "Pack", valuesCount=3, axis=1)
    return writer.pack(sources, [result])


def _reshape() -> bytes:
    writer = ModelWriter()
    source = writer.tensor("int8", (2, 6), [0.05], -3)
    shape = writer.constant(_ints(3, -1))
    result = writer.tensor("int8", (3, 4), [0.05], -3)
    writer.operator("RESHAPE", [source, shape], [result], "Reshape", newShape=[3, -1])
    return writer.pack([source], [result])


def _shape_of_input() -> bytes:
    """SHAPE, STRIDED_SLICE and PACK as converters write them for RESHAPE, whose shape is computed."""
    writer = ModelWriter()
    source = writer.tensor("float32", (1, 4))
    quantized = writer.tensor("int8", (1, 4), [0.25], -3)
    writer.operator("QUANTIZE", [source], [quantized], "Quantize")
    sizes = writer.tensor("int32", (2,))
    writer.operator("SHAPE", [quantized], [sizes], "Shape", outType=_INT32)
    bounds = [writer.constant(_ints(value)) for value in (0, 1, 1)]
    batch = writer.tensor("int32", ())
    writer.operator("STRIDED_SLICE", [sizes, *bounds], [batch], "StridedSlice", shrinkAxisMask=1)
    side = writer.constant(np.array(2, np.int32))
    shape = writer.tensor("int32", (3,))
    writer.operator("PACK", [batch, side, side], [shape], "Pack", valuesCount=3, axis=0)
    square = writer.tensor("int8", (1, 2, 2), [0.25], -3)
    writer.operator("RESHAPE", [quantized, shape], [square], "Reshape")
    result = writer.tensor("float32", (1, 2, 2))
    writer.operator("DEQUANTIZE", [square], [result], "Dequantize")
    return writer.pack([source], [result])


def _residual() -> bytes:
    """Tensors of different lives: two branches, one of which waits for the other, and two outputs."""
    writer = ModelWriter()
    source = writer.tensor("int8", (1, 4, 4, 2), [0.05], -3)
    weights = writer.constant(_weights(2, 1, 1, 2), [0.02])
    branch = writer.tensor("int8", (1, 4, 4, 2), [0.05], -3)
    step = {"strideW": 1, "strideH": 1}
    one = {"dilationWFactor": 1, "dilationHFactor": 1}
    writer.operator("CONV_2D", [source, weights], [branch], "Conv2D", padding=_SAME, **step, **one)
    positive = writer.tensor("int8", (1, 4, 4, 2), [0.05], -3)
    writer.operator("RELU", [branch], [positive])
    total = writer.tensor("int8", (1, 4, 4, 2), [0.1], 0)
    writer.operator("ADD", [source, positive], [total], "Add")
    pooled = writer.tensor("int8", (1, 1, 1, 2), [0.1], 0)
    window = {"filterWidth": 4, "filterHeight": 4}
    writer.operator("AVERAGE_POOL_2D", [total], [pooled], "Pool2D", padding=_VALID, **step, **window)
    flat = writer.tensor("int8", (1, 2), [0.1], 0)
    writer.operator("RESHAPE", [pooled], [flat], "Reshape", newShape=[1, 2])
    result = writer.tensor("int8", (1, 2), [1 / 256], -128)
    writer.operator("SOFTMAX", [flat], [result], "Softmax", beta=1.0)
    return writer.pack([source], [result, branch])


_WRITERS: tuple[Callable[[], bytes], ...] = (
    _add,
    _average_pool_2d,
    _concatenation,
    _conv_2d,
    _conv_2d_dilated,
    _depthwise_conv_2d,
    _dequantize,
    _fully_connected,
    _fully_connected_3d,
    _fully_connected_float,
    _layer_pair,
    _logistic,
    _max_pool_2d,
    _mean,
    _mul,
    _pack,
    _pad,
    _quantize,
    _relu,
    _relu6,
    _reshape,
    _residual,
    _row_pairs,
    _shape_of_input,
    _softmax,
    _strided_slice,
    _sub,
)
