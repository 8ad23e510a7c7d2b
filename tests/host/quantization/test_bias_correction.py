import numpy as np
import pytest

from host.errors import ModelError
from host.model import quantization
from host.model.autoencoder import Autoencoder
from host.quantization import bias_correction, dense_layers, int8_layers
from host.quantization.dense_layers import Layers
from host.tflite.golden import GoldenInterpreter

from .conftest import CORRECTED


@pytest.fixture(scope="module")
def layers(uneven: Autoencoder) -> Layers:
    return quantization.float_layers(uneven, CORRECTED)


def test_mean_sums_become_those_of_the_float_layers(
    plain: bytes, layers: Layers, windows: np.ndarray
) -> None:
    corrected = bias_correction.correct(plain, layers, windows)
    exact = [windows.astype(np.float64), *dense_layers.activations(layers, windows)]
    quantized = int8_layers.parse(corrected)
    values = int8_layers.rounded(exact[0], quantized[0].input_quantization)
    for layer, reference, inputs in zip(quantized, layers, exact, strict=False):
        sums = layer.sums(values)
        error = np.mean(sums - reference.sums(inputs), axis=0)
        # A bias can be set to the nearest code only.
        assert np.all(np.abs(error) <= 0.5 * layer.bias_scale * (1 + 1e-6))
        values = layer.outputs(sums)


def test_the_golden_interpreters_mean_error_falls(
    plain: bytes, layers: Layers, windows: np.ndarray, uneven: Autoencoder
) -> None:
    exact = uneven.predict(windows)

    def mean_error(data: bytes) -> float:
        outputs = GoldenInterpreter(data).run(windows).reshape(windows.shape)
        return float(np.mean(np.abs(np.mean(outputs - exact, axis=0))))

    corrected = bias_correction.correct(plain, layers, windows)
    assert mean_error(corrected) < 0.5 * mean_error(plain)


def test_layers_of_another_model_are_refused(plain: bytes, layers: Layers, windows: np.ndarray) -> None:
    with pytest.raises(ModelError, match="has 10 fully connected layers, 9 were expected"):
        bias_correction.correct(plain, layers[1:], windows)
