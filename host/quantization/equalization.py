"""Cross-layer equalization: unit by unit, consecutive layers' weights are scaled so that ranges become equal.

ReLU(s x) = s ReLU(x) for s > 0, so unit i's row of a layer may be divided by s_i and the next layer's column
multiplied by it: the network computes the same. s_i = sqrt(r1_i / r2_i) makes both ranges sqrt(r1_i r2_i),
which is best where each tensor has one scale. Method: Nagel et al., "Data-Free Quantization Through Weight
Equalization and Bias Correction", 2019, section 4.1.
"""

import numpy as np
from numpy.typing import NDArray

from host.quantization.dense_layers import DenseLayer, Layers

MOST_PASSES = 50

CONVERGED = 1e-3
"""Passes end when no factor differs from 1 by more."""


def equalize(layers: Layers) -> Layers:
    """Return layers that compute the same with equalized ranges of weights.

    A unit without weights on one side stays as it is.
    """
    result = list(layers)
    for _ in range(MOST_PASSES):
        largest = 0.0
        for index in range(len(result) - 1):
            factors = _factors(result[index], result[index + 1])
            result[index], result[index + 1] = _scaled(result[index], result[index + 1], factors)
            largest = max(largest, float(np.max(np.abs(factors - 1.0))))
        if largest < CONVERGED:
            break
    return tuple(result)


def _factors(first: DenseLayer, second: DenseLayer) -> NDArray[np.float64]:
    outgoing = np.max(np.abs(first.kernel), axis=0)
    incoming = np.max(np.abs(second.kernel), axis=1)
    used = (outgoing > 0) & (incoming > 0)
    quotients = np.divide(outgoing, incoming, out=np.ones_like(outgoing), where=used)
    return np.asarray(np.sqrt(quotients), np.float64)


def _scaled(
    first: DenseLayer, second: DenseLayer, factors: NDArray[np.float64]
) -> tuple[DenseLayer, DenseLayer]:
    return (
        DenseLayer(first.kernel / factors, first.bias / factors, first.linear),
        DenseLayer(second.kernel * factors[:, np.newaxis], second.bias, second.linear),
    )
