import numpy as np
import pytest

from host.model import quantization
from host.model.autoencoder import Autoencoder
from host.model.quantization import QuantizationSettings
from host.quantization import fidelity


def test_ratio_is_in_decibels() -> None:
    exact = np.array([3.0, -4.0])
    assert fidelity.ratio(exact, exact * 1.1) == pytest.approx(20.0)
    assert fidelity.ratio(exact, exact) is None
    assert fidelity.ratio(np.zeros(2), exact) is None


def test_a_code_too_coarse_by_two_costs_six_decibels() -> None:
    exact = np.random.default_rng(0).normal(0, 1, 20_000)
    fine, coarse = (fidelity.ratio(exact, np.rint(exact / step) * step) for step in (0.05, 0.1))
    assert fine is not None
    assert coarse is not None
    assert fine - coarse == pytest.approx(20 * np.log10(2), abs=0.1)
    # Rounding to steps of d has the error d² / 12.
    assert fine == pytest.approx(10 * np.log10(12 / 0.05**2), abs=0.1)


def test_every_layer_has_a_ratio(uneven: Autoencoder, plain: bytes, windows: np.ndarray) -> None:
    layers = quantization.float_layers(uneven, QuantizationSettings())
    ratios = fidelity.signal_to_noise(plain, layers, windows[:16])
    assert len(ratios) == 10
    assert all(ratio is not None and 10 < ratio < 60 for ratio in ratios)
