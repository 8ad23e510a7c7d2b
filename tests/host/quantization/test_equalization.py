from itertools import pairwise

import numpy as np

from host.model import autoencoder
from host.model.autoencoder import Autoencoder
from host.quantization import dense_layers, equalization
from host.quantization.dense_layers import DenseLayer
from host.tflite.golden import GoldenInterpreter


def test_float_outputs_stay_equal(uneven: Autoencoder, windows: np.ndarray) -> None:
    layers = dense_layers.fold(uneven.weights(), autoencoder.EPSILON)
    equalized = equalization.equalize(layers)
    before, after = (dense_layers.activations(these, windows)[-1] for these in (layers, equalized))
    np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9)
    # The same in float32, in Keras.
    model = autoencoder.build_folded(dense_layers.arrays(equalized), uneven.threads, "image")
    outputs = uneven.predict(windows)
    np.testing.assert_allclose(model.predict(windows), outputs, rtol=0, atol=1e-5 * np.abs(outputs).max())


def test_ranges_of_a_unit_become_equal(uneven: Autoencoder) -> None:
    layers = dense_layers.fold(uneven.weights(), autoencoder.EPSILON)

    def unevenness(these: dense_layers.Layers) -> float:
        ratios = [
            np.abs(first.kernel).max(axis=0) / np.abs(second.kernel).max(axis=1)
            for first, second in pairwise(these)
        ]
        return max(float(np.abs(np.log(ratio)).max()) for ratio in ratios)

    assert unevenness(layers) > 1
    assert unevenness(equalization.equalize(layers)) < 0.01


def test_two_layers_by_hand() -> None:
    # Unit 0 has ranges 8 and 2: factor 2 makes both 4. Unit 1 has no weight that comes after it.
    first = DenseLayer(np.array([[8.0, 1.0], [-4.0, 3.0]]), np.array([2.0, 5.0]))
    second = DenseLayer(np.array([[2.0], [0.0]]), np.array([1.0]), linear=True)
    one, two = equalization.equalize((first, second))
    np.testing.assert_allclose(one.kernel, [[4.0, 1.0], [-2.0, 3.0]])
    np.testing.assert_allclose(one.bias, [1.0, 5.0])
    np.testing.assert_allclose(two.kernel, [[4.0], [0.0]])
    np.testing.assert_allclose(two.bias, [1.0])


def test_equalized_int8_model_is_nearer_to_the_float_model(
    uneven: Autoencoder, windows: np.ndarray, plain: bytes, equalized: bytes
) -> None:
    exact = uneven.predict(windows)

    def error(data: bytes) -> float:
        outputs = GoldenInterpreter(data).run(windows).reshape(windows.shape)
        return float(np.mean(np.square(outputs - exact)))

    assert error(equalized) < 0.7 * error(plain)
