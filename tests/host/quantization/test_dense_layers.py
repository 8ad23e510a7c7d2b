import numpy as np
import pytest

from host.model import autoencoder
from host.model.autoencoder import Autoencoder
from host.quantization import dense_layers
from host.quantization.dense_layers import DenseLayer
from host.tflite import reader


def folded_by_hand(weights: list[np.ndarray], layer: int) -> tuple[np.ndarray, np.ndarray]:
    """The exact form, unit by unit: beta + (bias - mean) * gamma / sqrt(variance + 0.001)."""
    kernel, bias, gamma, beta, mean, variance = (
        w.astype(np.float64) for w in weights[6 * layer : 6 * layer + 6]
    )
    folded, biases = np.empty_like(kernel), np.empty_like(bias)
    for unit in range(len(bias)):
        m = gamma[unit] / (variance[unit] + 0.001) ** 0.5
        folded[:, unit] = kernel[:, unit] * m
        biases[unit] = beta[unit] + (bias[unit] - mean[unit]) * m
    return folded, biases


def test_fold_is_the_exact_one_not_the_published_one(uneven: Autoencoder) -> None:
    weights = uneven.weights()
    layers = dense_layers.fold(weights, autoencoder.EPSILON)
    assert [layer.linear for layer in layers] == [False] * 9 + [True]
    for number, layer in enumerate(layers[:-1]):
        kernel, bias = folded_by_hand(weights, number)
        np.testing.assert_allclose(layer.kernel, kernel, rtol=1e-12)
        np.testing.assert_allclose(layer.bias, bias, rtol=1e-10, atol=1e-12)
        # The published converter drops the layer's own bias.
        _, own, gamma, beta, mean, variance = weights[6 * number : 6 * number + 6]
        published = beta - mean * gamma / np.sqrt(variance + 0.001)
        assert np.abs(layer.bias - published).max() > 1e-3
        np.testing.assert_allclose(layer.bias - published, own * gamma / np.sqrt(variance + 0.001), atol=1e-5)


def test_folded_layers_compute_what_keras_computes(uneven: Autoencoder, windows: np.ndarray) -> None:
    outputs = dense_layers.activations(dense_layers.fold(uneven.weights(), autoencoder.EPSILON), windows)
    assert [output.shape[1] for output in outputs] == [*autoencoder.HIDDEN_UNITS, 640]
    np.testing.assert_allclose(outputs[-1], uneven.predict(windows), rtol=1e-4, atol=1e-4)


def test_the_converter_folds_in_the_same_way(uneven: Autoencoder, unquantized: bytes) -> None:
    model = reader.parse(unquantized, "float")
    layers = dense_layers.fold(uneven.weights(), autoencoder.EPSILON)
    operators = [operator for operator in model.operators if operator.opcode == "FULLY_CONNECTED"]
    for layer, operator in zip(layers, operators, strict=True):
        kernel, bias = (model.tensors[index].constant() for index in operator.inputs[1:3])
        # Converted in float32: a few roundings of 2^-24.
        np.testing.assert_allclose(kernel.T, layer.kernel, rtol=1e-6)
        np.testing.assert_allclose(bias, layer.bias, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("linear", "expected"), [(False, [[0.0, 5.0]]), (True, [[-2.0, 5.0]])])
def test_activation(linear: bool, expected: list[list[float]]) -> None:
    layer = DenseLayer(np.array([[1.0, 2.0]]), np.array([-3.0, 3.0]), linear)
    np.testing.assert_array_equal(layer.outputs(np.array([[1.0]])), expected)
