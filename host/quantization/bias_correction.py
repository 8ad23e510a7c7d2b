"""Bias correction: the mean error that rounding adds to a layer's sums is taken out of its bias.

Layer by layer, each with the inputs that the corrected layers before it give, over calibration windows.
Method: Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019,
appendix on empirical correction.
"""

import numpy as np
from numpy.typing import NDArray

from host.errors import ModelError
from host.quantization import dense_layers, int8_layers
from host.quantization.dense_layers import Layers


def correct(data: bytes, layers: Layers, windows: NDArray[np.float32]) -> bytes:
    """Return an int8 .tflite whose layers have the mean sums of the float layers.

    Args:
        data: the .tflite file.
        layers: the float layers that it was made from.
        windows: calibration windows, float32 [n, 640].

    Raises:
        ModelError: the file's layers are not as many, or not int8.
    """
    quantized = int8_layers.parse(data)
    if len(quantized) != len(layers):
        raise ModelError(
            f"the model has {len(quantized)} fully connected layers, {len(layers)} were expected"
        )
    exact = windows.astype(np.float64)
    values = int8_layers.rounded(exact, quantized[0].input_quantization)
    for layer, reference in zip(quantized, layers, strict=True):
        sums = layer.sums(values)
        error = np.mean(sums - reference.sums(exact), axis=0)
        steps = np.rint(error / layer.bias_scale).astype(np.int32)
        data = int8_layers.with_bias(data, layer, layer.bias - steps)
        values = layer.outputs(sums - steps * layer.bias_scale)
        exact = reference.outputs(exact)
    return data


def mean_errors(data: bytes, layers: Layers, windows: NDArray[np.float32]) -> list[float]:
    """Return for each layer the largest mean error of a unit's output over `windows`, in its real unit."""
    values = int8_layers.rounded(windows.astype(np.float64), int8_layers.parse(data)[0].input_quantization)
    errors = []
    for layer, exact in zip(int8_layers.parse(data), dense_layers.activations(layers, windows), strict=True):
        values = layer.outputs(layer.sums(values))
        errors.append(float(np.max(np.abs(np.mean(values - exact, axis=0)))))
    return errors
