"""Conversion of the trained autoencoder to .tflite files: float, and int8 with float or int8 ends.

Post-training quantization: weights, activations and biases become integers, with ranges taken from
representative windows. Batch normalization is folded into the Dense layers exactly, by the converter or, for
equalized weights, in host.quantization.dense_layers. Quantization-aware training is not offered: its library,
tensorflow-model-optimization, needs Keras 2 (release notes of 0.8.0, its latest); this TensorFlow has 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from host.errors import ModelError
from host.model import autoencoder, tensorflow_adapter
from host.model.autoencoder import Autoencoder
from host.model.settings import TrainingSettings
from host.quantization import bias_correction, dense_layers, equalization
from host.quantization.dense_layers import Layers
from host.tflite import reader

InputOutput = Literal["float", "int8"]
"""`float`: the seed's shape, [1, 5, 128, 1] float32 with QUANTIZE and DEQUANTIZE inside the graph.
`int8`: the benchmark's, [1, 640] int8 and nothing but ten FULLY_CONNECTED."""

FORMS: dict[InputOutput, autoencoder.Form] = {"float": "image", "int8": "flat"}

Windows = NDArray[np.float32]


@dataclass(frozen=True)
class QuantizationSettings:
    """How to quantize; the defaults are what the reference does.

    Attributes:
        per_channel: one weight scale per output channel, not per tensor.
        equalize: equalize the ranges of consecutive layers' weights first; see host.quantization.
        correct_bias: take the mean errors of the layers' sums out of their biases afterwards.
    """

    per_channel: bool = False
    equalize: bool = False
    correct_bias: bool = False


def to_float(trained: Autoencoder) -> bytes:
    """Return the float .tflite of `trained`, input and output [1, 5, 128, 1].

    Raises:
        ModelError: the conversion fails.
    """
    return _convert(_converter(trained))


def to_int8(
    trained: Autoencoder,
    training: TrainingSettings,
    windows: Windows,
    io: InputOutput,
    settings: QuantizationSettings | None = None,
) -> bytes:
    """Return an int8 .tflite of `trained`.

    Args:
        trained: the float model.
        training: the settings it was trained with.
        windows: representative inputs, float32 [n, 640] in dB, drawn over all clips.
        io: the type at both ends, which also decides their shape.
        settings: how to quantize.

    Raises:
        ModelError: the conversion fails, or the converter wrote other weight scales than asked for.
    """
    settings = settings or QuantizationSettings()
    if settings.equalize:
        weights = dense_layers.arrays(float_layers(trained, settings))
        model = autoencoder.build_folded(weights, trained.threads, FORMS[io])
    else:
        model = autoencoder.build(training, FORMS[io])
        model.set_weights(trained.weights())
    data = _to_int8(model, windows, io, settings)
    _check_scales(data, settings)
    if settings.correct_bias:
        data = bias_correction.correct(data, float_layers(trained, settings), windows)
    return data


def float_layers(trained: Autoencoder, settings: QuantizationSettings) -> Layers:
    """Return the float layers, normalization folded in, that an int8 model of `settings` stands for."""
    layers = dense_layers.fold(trained.weights(), autoencoder.EPSILON)
    return equalization.equalize(layers) if settings.equalize else layers


def _to_int8(model: Autoencoder, windows: Windows, io: InputOutput, settings: QuantizationSettings) -> bytes:
    tf = tensorflow_adapter.tensorflow(model.threads)
    converter = _converter(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _samples(windows, model.model.input_shape[1:])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    if io == "int8":
        converter.inference_input_type = converter.inference_output_type = tf.int8
    # No public switch exists; a converter that ignores this private one is caught below, in its result.
    converter._experimental_disable_per_channel_quantization_for_dense_layers = not settings.per_channel
    return _convert(converter)


def _samples(windows: Windows, shape: tuple[int, ...]) -> Iterator[list[Windows]]:
    return ([window.reshape(1, *shape)] for window in windows)


def _converter(model: Autoencoder) -> Any:
    tf = tensorflow_adapter.tensorflow(model.threads)
    return tf.lite.TFLiteConverter.from_keras_model(model.model)


def _convert(converter: Any) -> bytes:
    try:
        with tensorflow_adapter.quiet():
            return bytes(converter.convert())
    # The converter passes on whatever its C++ side raises, without a class of its own.
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(f"TensorFlow cannot convert the model: {reason}") from error


def _check_scales(data: bytes, settings: QuantizationSettings) -> None:
    model = reader.parse(data, "converted model")
    for operator in model.operators:
        if operator.opcode != "FULLY_CONNECTED":
            continue
        weights = model.tensors[operator.inputs[1]]
        scales = len(weights.quantization.scales) if weights.quantization else 0
        expected = weights.shape[0] if settings.per_channel else 1
        if weights.type != "int8" or scales != expected:
            raise ModelError(
                f"the converter wrote {weights.type} weights with {scales} scales for operator "
                f"#{operator.index}, int8 with {expected} was asked for: "
                "use the TensorFlow version of tools/requirements.lock"
            )
