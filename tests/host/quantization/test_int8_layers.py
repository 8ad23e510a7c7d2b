import numpy as np
import pytest
import tflite_models

from host.errors import ModelError
from host.model import scoring
from host.quantization import int8_layers
from host.tflite import reader, submodel
from host.tflite.golden import GoldenInterpreter
from host.tflite.reader import Quantization


def test_arithmetic_is_that_of_the_golden_interpreter(plain: bytes, windows: np.ndarray) -> None:
    model = reader.parse(plain, "model")
    layers = int8_layers.layers(model)
    assert [layer.weights.shape for layer in layers][:2] == [(128, 640), (128, 128)]
    values = int8_layers.rounded(windows.astype(np.float64), layers[0].input_quantization)
    for layer in layers[:3]:
        values = layer.outputs(layer.sums(values))
        interpreter = GoldenInterpreter(submodel.up_to(model, layer.output).data)
        golden = scoring.dequantize(interpreter.run(windows), interpreter.output)
        steps = np.abs(golden.reshape(values.shape) - values) / layer.output_quantization.scales[0]
        # Codes that lie between two may be rounded otherwise, and what follows from them.
        assert np.mean(steps > 0.5) < 0.05
        assert steps.max() < 3


def test_rounding_saturates() -> None:
    quantization = Quantization((0.5,), (10,), 0)
    values = int8_layers.rounded(np.array([0.0, 0.26, -1.0, 1000.0, -1000.0]), quantization)
    np.testing.assert_array_equal(values, [0.0, 0.5, -1.0, (127 - 10) * 0.5, (-128 - 10) * 0.5])


def test_only_the_bias_changes(plain: bytes) -> None:
    layer = int8_layers.parse(plain)[3]
    bias = (layer.bias + np.arange(len(layer.bias))).astype(np.int32)
    changed = int8_layers.with_bias(plain, layer, bias)
    assert len(changed) == len(plain)
    np.testing.assert_array_equal(int8_layers.parse(changed)[3].bias, bias)
    assert sum(a != b for a, b in zip(plain, changed, strict=True)) <= 4 * len(bias)
    assert int8_layers.with_bias(changed, layer, layer.bias) == plain
    with pytest.raises(ModelError, match="128 biases, 3 were given"):
        int8_layers.with_bias(plain, layer, bias[:3])


def test_models_without_such_layers_are_refused() -> None:
    with pytest.raises(ModelError, match="no fully connected layer"):
        int8_layers.parse(tflite_models.unsupported())
