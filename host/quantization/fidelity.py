"""How closely an int8 model's layers follow the float layers: signal-to-noise ratio by layer.

The int8 values are those of the golden interpreter, not of an emulation.
"""

import numpy as np
from numpy.typing import NDArray

from host.model import scoring
from host.quantization import dense_layers, int8_layers
from host.quantization.dense_layers import Layers
from host.tflite import reader, submodel
from host.tflite.golden import GoldenInterpreter

WINDOWS = 128
"""Windows that are compared: each costs an inference per layer."""


def signal_to_noise(data: bytes, layers: Layers, windows: NDArray[np.float32]) -> list[float | None]:
    """Return 10 log10(mean(float²) / mean((float - int8)²)) in dB of each fully connected layer's output.

    Args:
        data: the int8 .tflite file.
        layers: the float layers that it was made from: with them its activations have the same scale.
        windows: inputs, float32 [n, 640].

    Returns:
        One ratio per layer; None where there is no error or no signal.

    Raises:
        ModelError: the model is not one of int8 fully connected layers, or cannot be run.
    """
    model = reader.parse(data, "model")
    exact = dense_layers.activations(layers, windows)
    ratios = []
    for layer, reference in zip(int8_layers.layers(model), exact, strict=True):
        interpreter = GoldenInterpreter(submodel.up_to(model, layer.output).data)
        codes = interpreter.run(scoring.quantize(windows, interpreter.input))
        values = scoring.dequantize(codes, interpreter.output).astype(np.float64)
        ratios.append(ratio(reference, values.reshape(reference.shape)))
    return ratios


def ratio(exact: NDArray[np.float64], values: NDArray[np.float64]) -> float | None:
    """Return the signal-to-noise ratio in dB, None if it has no finite value."""
    signal, noise = float(np.mean(np.square(exact))), float(np.mean(np.square(values - exact)))
    return float(10 * np.log10(signal / noise)) if signal > 0 and noise > 0 else None
