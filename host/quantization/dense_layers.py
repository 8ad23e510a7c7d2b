"""The trained autoencoder as ten dense layers in float64, batch normalization folded in exactly.

z = x W + b is normalized to gamma (z - mean) / sqrt(variance + epsilon) + beta. With
m = gamma / sqrt(variance + epsilon) that is x (W m) + beta + (b - mean) m. The published converter takes
beta - mean m and so drops the layer's own bias b; the exact form keeps it (benchmark document, 3.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host.model.batch_statistics import ARRAYS_PER_LAYER

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DenseLayer:
    """x @ kernel + bias, then ReLU unless `linear`; kernel float64 [inputs, units], bias [units]."""

    kernel: Array
    bias: Array
    linear: bool = False

    def sums(self, values: Array) -> Array:
        """Return what stands before the activation, for `values` [n, inputs]: [n, units]."""
        sums: Array = values @ self.kernel + self.bias
        return sums

    def outputs(self, values: Array) -> Array:
        """Return the layer's outputs for `values` [n, inputs]: [n, units]."""
        sums = self.sums(values)
        return sums if self.linear else np.maximum(sums, 0.0)


Layers = tuple[DenseLayer, ...]


def fold(weights: Sequence[NDArray[np.float32]], epsilon: float) -> Layers:
    """Return the layers of an autoencoder's weights in Keras' order.

    Args:
        weights: kernel, bias, gamma, beta, mean, variance of each hidden layer, kernel and bias of the last.
        epsilon: what batch normalization adds to a variance.
    """
    arrays = [array.astype(np.float64) for array in weights]
    layers = []
    for first in range(0, len(arrays) - 2, ARRAYS_PER_LAYER):
        kernel, bias, gamma, beta, mean, variance = arrays[first : first + ARRAYS_PER_LAYER]
        factor = gamma / np.sqrt(variance + epsilon)
        layers.append(DenseLayer(kernel * factor, beta + (bias - mean) * factor))
    return (*layers, DenseLayer(arrays[-2], arrays[-1], linear=True))


def activations(layers: Layers, windows: NDArray[np.floating]) -> list[Array]:
    """Return the outputs of every layer for `windows` [n, 640], the first layer's first."""
    values: Array = windows.astype(np.float64)
    found = []
    for layer in layers:
        values = layer.outputs(values)
        found.append(values)
    return found


def arrays(layers: Layers) -> list[NDArray[np.float32]]:
    """Return kernel and bias of each layer in float32, as autoencoder.build_folded takes them."""
    return [array.astype(np.float32) for layer in layers for array in (layer.kernel, layer.bias)]
