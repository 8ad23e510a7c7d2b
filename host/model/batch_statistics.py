"""Batch statistics that belong to averaged weights: means and variances taken anew, layer by layer.

The moving statistics of a training follow the weights of its last steps; with the average of many steps'
weights they would normalize wrongly. Method: Izmailov et al., "Averaging Weights Leads to Wider Optima and
Better Generalization", 2018, section 3.2.
"""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

WINDOWS = 4096
"""Windows that the statistics are taken over: their standard error is then 1/64 of a deviation."""

ARRAYS_PER_LAYER = 6
"""Of a hidden layer: kernel, bias, gamma, beta, moving mean, moving variance, in Keras' order."""

Array = NDArray[np.float32]


def renewed(weights: list[Array], windows: Array, epsilon: float) -> list[Array]:
    """Return `weights` with the moving statistics that float32 [n, 640] `windows` give.

    One thread computes, so that the result does not depend on how many there are.
    """
    result = list(weights)
    values = windows.astype(np.float64)
    with threadpool_limits(limits=1):
        for first in range(0, len(weights) - 2, ARRAYS_PER_LAYER):
            kernel, bias, gamma, beta, _, _ = weights[first : first + ARRAYS_PER_LAYER]
            values = values @ kernel.astype(np.float64) + bias
            mean, variance = values.mean(axis=0), values.var(axis=0)
            result[first + 4], result[first + 5] = mean.astype(np.float32), variance.astype(np.float32)
            values = np.maximum((values - mean) / np.sqrt(variance + epsilon) * gamma + beta, 0.0)
    return result
