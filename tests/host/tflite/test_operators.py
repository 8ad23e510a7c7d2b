"""MACs and OPs of each operator against counts done by hand, and the refusal of unsupported ones."""

import numpy as np
import pytest
import tflite_models
from tflite_models import Operand

from host.errors import ModelError
from host.tflite import operators, reader
from host.tflite.operators import Layer, Work


def test_seed_shaped_model_has_the_published_work():
    model = reader.parse(tflite_models.autoencoder_float(), "seed")
    assert operators.total_work(model) == Work(macs=264_192, ops=535_960)
    opcodes = [layer.opcode for layer in operators.layers(model)]
    tail = ["shape", "strided_slice", "pack", "reshape", "dequantize"]
    assert opcodes == ["quantize", "reshape", *["fully_connected"] * 10, *tail]


def test_published_model_has_the_published_work(shared):
    model = reader.read(shared / "data" / "mlperf_tiny" / "ad01_int8.tflite")
    assert operators.total_work(model).macs == 264_192


@pytest.mark.parametrize("activation", tflite_models.ACTIVATIONS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (37, 11), (2047, 3)])
def test_fully_connected(inputs, outputs, bias, activation):
    layer = tflite_models.Layer(outputs, activation, bias)
    (result,) = operators.layers(reader.parse(tflite_models.chain(inputs, [layer]), "one"))
    expected = 2 * inputs * outputs + (outputs if bias else 0) + (0 if activation == "none" else 2 * outputs)
    assert result.work == Work(inputs * outputs, expected)
    assert result.options == f"activation:{activation}"


def test_quantize_and_dequantize_count_per_element():
    layers = operators.layers(reader.parse(tflite_models.autoencoder_float(), "seed"))
    assert layers[0].work == Work(0, 4 * 640)
    assert layers[-1].work == Work(0, 2 * 640)


def test_operators_that_move_data_count_nothing():
    layers = operators.layers(reader.parse(tflite_models.autoencoder_float(), "seed"))
    moving = [layer for layer in layers if layer.opcode in ("reshape", "shape", "strided_slice", "pack")]
    assert len(moving) == 5
    assert {layer.work for layer in moving} == {Work(0, 0)}


def test_names_what_is_not_supported():
    model = reader.parse(tflite_models.unsupported(), "sine")
    with pytest.raises(ModelError, match=r"operator SIN \(#0\) is not supported"):
        operators.layers(model)


def test_shape_text():
    assert operators.shape_text((1, 5, 128, 1)) == "1x5x128x1"
    assert operators.shape_text(()) == "1"


IMAGE = Operand("int8", (1, 6, 8, 4), [0.1], 3)


def weighted(opcode: str, shape: tuple[int, ...], channels: int, **values: int) -> Layer:
    """Return a convolution of IMAGE with a bias, to half the rows and columns."""
    weights = Operand("int8", shape, [0.02], 0, np.ones(shape, np.int8))
    bias = Operand("int32", (channels,), [0.002], 0, np.zeros(channels, np.int32))
    table = "Conv2DOptionsT" if opcode == "CONV_2D" else "DepthwiseConv2DOptionsT"
    options = tflite_models.options(table, strideW=2, strideH=2, **values)
    result = Operand("int8", (1, 3, 4, channels), [0.1], 3)
    return only(tflite_models.single(opcode, [IMAGE, weights, bias], result, options))


def only(model: bytes) -> Layer:
    (layer,) = operators.layers(reader.parse(model, "one"))
    return layer


def test_convolution():
    layer = weighted("CONV_2D", (5, 3, 2, 4), 5, fusedActivationFunction=1, dilationHFactor=2)
    outputs = 3 * 4 * 5
    macs = outputs * 3 * 2 * 4
    assert layer.work == Work(macs, 2 * macs + outputs + 2 * outputs)
    assert layer.options == "padding:same,stride:2x2,dilation:2x1,activation:relu"


def test_depthwise_convolution():
    layer = weighted("DEPTHWISE_CONV_2D", (1, 3, 2, 8), 8, padding=1, depthMultiplier=2)
    outputs = 3 * 4 * 8
    macs = outputs * 3 * 2
    assert layer.work == Work(macs, 2 * macs + outputs)
    assert layer.options == "padding:valid,stride:2x2,activation:none"


def test_convolution_with_weights_of_another_rank():
    with pytest.raises(ModelError, match=r"CONV_2D \(#0\) has weights of shape \[5, 4\]: four dimensions"):
        weighted("CONV_2D", (5, 4), 5)


def test_pooling_counts_its_windows():
    options = tflite_models.options(
        "Pool2DOptionsT", padding=1, strideW=2, strideH=3, filterWidth=2, filterHeight=3
    )
    result = Operand("int8", (1, 2, 4, 4), [0.1], 3)
    layer = only(tflite_models.single("AVERAGE_POOL_2D", [IMAGE], result, options))
    assert layer.work == Work(0, 2 * 4 * 4 * 6)
    assert layer.options == "padding:valid,window:3x2,stride:3x2,activation:none"


@pytest.mark.parametrize(
    ("opcode", "ops", "text"),
    [
        ("RELU", 2, "none"),
        ("RELU6", 2, "none"),
        ("LOGISTIC", 3, "none"),
        ("SOFTMAX", 3, "none"),
        ("MEAN", 1, "none"),
        ("PAD", 0, "none"),
        ("CONCATENATION", 0, "axis:0"),
        ("ADD", 1, "activation:none"),
        ("SUB", 1, "activation:none"),
        ("MUL", 1, "activation:none"),
    ],
)
def test_operators_that_count_per_element(opcode, ops, text):
    operands = [IMAGE, IMAGE] if opcode in ("ADD", "SUB", "MUL") else [IMAGE]
    layer = only(tflite_models.single(opcode, operands, IMAGE))
    assert layer.work == Work(0, ops * 6 * 8 * 4)
    assert layer.options == text
