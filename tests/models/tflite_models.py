"""Small .tflite models for tests, written with the object API: one operator (`single`), fully connected
chains and variants.

Weights and scales are drawn at random by seed, such that outputs spread over the int8 range: accumulators of
k products of random int8 numbers have a standard deviation of about 74 · 73 · √k, which becomes 64 steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import flatbuffers
import numpy as np
from numpy.typing import NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from host.fuzz.model_writer import ModelWriter

PADDINGS = {"same": 0, "valid": 1}
ACTIVATIONS = {"none": 0, "relu": 1, "relu_n1_to_1": 2, "relu6": 3}

AUTOENCODER_SIZES = (640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640)


@dataclass
class Operand:
    """A tensor of a model of one operator: an input of the model, or a constant where it has data."""

    kind: str
    shape: Sequence[int]
    scales: Sequence[float] = ()
    zero_point: int = 0
    data: NDArray[np.generic] | None = None
    quantized_dimension: int = 0


@dataclass
class Layer:
    """A fully connected layer to `outputs` elements."""

    outputs: int
    activation: str = "relu"
    bias: bool = True
    per_channel: bool = False


def single(
    opcode: str, operands: Sequence[Operand | None], result: Operand, options: object | None = None
) -> bytes:
    """Return a model of one operator; None is an operand that is left out.

    `options` come from `options`, as in options("Pool2DOptionsT", strideW=2); names are those of the schema's
    object API.
    """
    writer = ModelWriter()
    inputs = [-1 if operand is None else _add(writer, operand) for operand in operands]
    output = _add(writer, result)
    writer.operator(opcode, inputs, [output], options)
    computed = [
        index
        for operand, index in zip(operands, inputs, strict=True)
        if operand is not None and operand.data is None
    ]
    return writer.pack(computed, [output])


def with_one_input(model: bytes, seed: int = 0) -> bytes:
    """Return the model with random int8 constants in place of all inputs but the first."""
    parsed = schema.ModelT.InitFromPackedBuf(model, 0)
    (graph,) = parsed.subgraphs
    random = np.random.default_rng(seed)
    for index in graph.inputs[1:]:
        tensor = graph.tensors[index]
        buffer = schema.BufferT()
        buffer.data = random.integers(0, 256, int(np.prod(tensor.shape)), np.uint8)
        tensor.buffer = len(parsed.buffers)
        parsed.buffers.append(buffer)
    graph.inputs = graph.inputs[:1]
    parsed.signatureDefs = None  # they name the inputs that went
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(parsed.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def chain(inputs: int, layers: Sequence[Layer], seed: int = 0) -> bytes:
    """Return an int8 model: [1, inputs] through fully connected layers."""
    writer = ModelWriter()
    random = np.random.default_rng(seed)
    first = current = writer.tensor("int8", (1, inputs), [0.05], 7)
    for layer in layers:
        current = _fully_connected(writer, random, current, layer)
    return writer.pack([first], [current])


def autoencoder_layers(per_channel: bool) -> list[Layer]:
    sizes = AUTOENCODER_SIZES[1:]
    return [
        Layer(size, "relu" if index < len(sizes) - 1 else "none", per_channel=per_channel)
        for index, size in enumerate(sizes)
    ]


def autoencoder_int8(per_channel: bool = False, seed: int = 0) -> bytes:
    """Return the benchmark's shape: int8 [1, 640] through ten layers."""
    return chain(AUTOENCODER_SIZES[0], autoencoder_layers(per_channel), seed)


def autoencoder_float(per_channel: bool = False, seed: int = 0) -> bytes:
    """Return the seed's shape: float [1, 5, 128, 1], 17 operators, int8 inside."""
    writer = ModelWriter()
    random = np.random.default_rng(seed)
    shape = (1, 5, 128, 1)
    first = writer.tensor("float32", shape)
    quantized = writer.tensor("int8", shape, [0.39], 89)
    writer.operator("QUANTIZE", [first], [quantized], schema.QuantizeOptionsT())
    flat_shape = writer.tensor("int32", (2,), data=np.array([-1, 640], np.int32))
    current = writer.tensor("int8", (1, 640), [0.39], 89)
    writer.operator("RESHAPE", [quantized, flat_shape], [current], schema.ReshapeOptionsT())
    for layer in autoencoder_layers(per_channel):
        current = _fully_connected(writer, random, current, layer)
    batch = writer.tensor("int32", (2,))
    writer.operator("SHAPE", [current], [batch], options("ShapeOptionsT", outType=2))
    result = writer.tensor("int32", (4,))
    _batch_first(writer, batch, result)
    last = writer.tensors[current].quantization
    shaped = writer.tensor("int8", shape, last.scale, last.zeroPoint[0])
    writer.operator("RESHAPE", [current, result], [shaped], schema.ReshapeOptionsT())
    output = writer.tensor("float32", shape)
    writer.operator("DEQUANTIZE", [shaped], [output], schema.DequantizeOptionsT())
    return writer.pack([first], [output])


def unsupported() -> bytes:
    """Return a valid model with an operator that no part of this project supports."""
    writer = ModelWriter()
    first = writer.tensor("float32", (1, 4))
    last = writer.tensor("float32", (1, 4))
    writer.operator("SIN", [first], [last])
    return writer.pack([first], [last])


def _batch_first(writer: ModelWriter, batch: int, result: int) -> None:
    ones = [writer.tensor("int32", (1,), data=np.array([value], np.int32)) for value in (0, 1, 1)]
    size = writer.tensor("int32", ())
    writer.operator(
        "STRIDED_SLICE", [batch, *ones], [size], options("StridedSliceOptionsT", shrinkAxisMask=1)
    )
    sizes = [writer.tensor("int32", (), data=np.array(value, np.int32)) for value in (5, 128, 1)]
    writer.operator("PACK", [size, *sizes], [result], options("PackOptionsT", valuesCount=4, axis=0))


def _fully_connected(writer: ModelWriter, random: np.random.Generator, source: int, layer: Layer) -> int:
    inputs, outputs = writer.tensors[source].shape[-1], layer.outputs
    input_scale = writer.tensors[source].quantization.scale[0]
    # A scale of 0.03 puts both ends of relu6 and relu_n1_to_1 inside the int8 range.
    output_scale = 0.03 if layer.activation in ("relu6", "relu_n1_to_1") else random.uniform(0.1, 0.4)
    channels = outputs if layer.per_channel else 1
    spread = 74.0 * 73.0 * np.sqrt(inputs)
    weight_scale = 64 * output_scale / (input_scale * spread)
    scales = [float(scale) for scale in np.float32(weight_scale * random.uniform(0.5, 2.0, channels))]
    weights = random.integers(-127, 128, (outputs, inputs), dtype=np.int8)
    operands = [source, writer.tensor("int8", (outputs, inputs), scales, 0, weights)]
    if layer.bias:
        bias = random.integers(-int(spread), int(spread) + 1, outputs).astype(np.int32)
        bias_scales = [float(np.float32(input_scale) * np.float32(scale)) for scale in scales]
        operands.append(writer.tensor("int32", (outputs,), bias_scales, 0, bias))
    else:
        operands.append(-1)
    output = writer.tensor("int8", (1, outputs), [output_scale], -128 if layer.activation == "relu" else 3)
    activation = options("FullyConnectedOptionsT", fusedActivationFunction=ACTIVATIONS[layer.activation])
    writer.operator("FULLY_CONNECTED", operands, [output], activation)
    return output


def options(name: str, **values: float) -> object:
    """Return an options table of the schema's object API, fields that are not given at their defaults."""
    table = getattr(schema, name)()
    for key, value in values.items():
        if not hasattr(table, key):
            raise AttributeError(f"{name} has no {key}")
        setattr(table, key, value)
    return table


def _add(writer: ModelWriter, operand: Operand) -> int:
    return writer.tensor(
        operand.kind,
        operand.shape,
        operand.scales,
        operand.zero_point,
        operand.data,
        operand.quantized_dimension,
    )
