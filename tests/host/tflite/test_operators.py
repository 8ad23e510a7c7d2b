"""MACs and OPs of each operator against counts done by hand, and the refusal of unsupported ones."""

import pytest
import tflite_models

from host.errors import ModelError
from host.tflite import operators, reader
from host.tflite.operators import Work


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
