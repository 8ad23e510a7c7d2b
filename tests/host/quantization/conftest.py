"""An autoencoder with uneven weights and statistics, and what the converter makes of it, once per run."""

import numpy as np
import pytest

from host.model import autoencoder, batch_statistics, quantization
from host.model.autoencoder import Autoencoder
from host.model.quantization import QuantizationSettings
from host.model.settings import TrainingSettings

TRAINING = TrainingSettings(seed=3)

CORRECTED = QuantizationSettings(correct_bias=True)

EQUALIZED = QuantizationSettings(equalize=True)


@pytest.fixture(scope="session")
def windows() -> np.ndarray:
    return np.random.default_rng(0).normal(-29, 10, (96, 640)).astype(np.float32)


@pytest.fixture(scope="session")
def uneven(windows: np.ndarray) -> Autoencoder:
    """Units differ a hundredfold in their ranges; no bias is zero, unlike in a fresh model."""
    random = np.random.default_rng(1)
    model = autoencoder.build(TRAINING)
    weights = model.weights()
    for first in range(0, 54, 6):
        units = len(weights[first + 1])
        weights[first + 1] = random.normal(0, 0.3, units).astype(np.float32)
        weights[first + 2] = np.exp(random.uniform(-2.3, 2.3, units)).astype(np.float32)
        weights[first + 3] = random.normal(0.5, 0.5, units).astype(np.float32)
    weights = batch_statistics.renewed(weights, windows, autoencoder.EPSILON)
    # Without any, the converter leaves the bias out.
    weights[-1] = random.normal(-29, 3, weights[-1].shape).astype(np.float32)
    model.set_weights(weights)
    return model


@pytest.fixture(scope="session")
def plain(uneven: Autoencoder, windows: np.ndarray) -> bytes:
    return quantization.to_int8(uneven, TRAINING, windows, "float")


@pytest.fixture(scope="session")
def equalized(uneven: Autoencoder, windows: np.ndarray) -> bytes:
    return quantization.to_int8(uneven, TRAINING, windows, "float", EQUALIZED)


@pytest.fixture(scope="session")
def unquantized(uneven: Autoencoder) -> bytes:
    return quantization.to_float(uneven)
