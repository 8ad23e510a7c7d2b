"""The four networks of MLPerf Tiny with random weights, layer by layer as published, in int8.

Layers: mlcommons/tiny, benchmark/training: anomaly_detection, image_classification (ResNet-8),
keyword_spotting (DS-CNN), visual_wake_words (MobileNetV1, width 0.25). Dropout is left out: it does nothing
in inference.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow_models
from numpy.typing import NDArray

MOBILENET_BLOCKS = (
    (16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1),
    (128, 1), (128, 1), (128, 1), (128, 1), (256, 2), (256, 1),
)  # fmt: skip
"""Channels and stride of each depthwise separable block."""

SAMPLES = 20
"""Random inputs that set the ranges of activations."""


@dataclass(frozen=True)
class Network:
    """A network of the benchmark.

    Attributes:
        build: makes its Keras model.
        macs: multiplications and additions per inference.
        operators: how often each is in the converted model, those left out that flatten the last features.
    """

    build: Callable[[], Any]
    macs: int
    operators: dict[str, int]


def int8(network: Network, seed: int = 0) -> bytes:
    """Return the network in int8; weights, and the parameters of batch normalization, are random."""
    model, samples = _initialized(network, seed)
    return tensorflow_models.from_keras(model, samples)


def float32(network: Network, seed: int = 0) -> bytes:
    """Return the same network in float32."""
    return tensorflow_models.from_keras(_initialized(network, seed)[0], None)


def _initialized(network: Network, seed: int) -> tuple[Any, NDArray[np.float32]]:
    """Return a Keras model and inputs that tell its ranges."""
    keras = tensorflow_models.keras()
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    model = network.build()
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.gamma.assign(random.uniform(0.5, 1.5, layer.gamma.shape))
            layer.beta.assign(random.normal(0, 0.3, layer.beta.shape))
    samples = uneven(random, (SAMPLES, *model.input_shape[1:])).astype(np.float32)
    model(samples, training=True)  # takes over the statistics of these samples
    _spread_classes(model, samples)
    return model, samples


def uneven(random: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return random items [n, ...] that differ in mean and deviation.

    Of items that do not, averages over an image would all be the same, and so would the network's answers.
    """
    each = (shape[0],) + (1,) * (len(shape) - 1)
    return random.normal(random.uniform(-1, 1, each), random.uniform(0.05, 1, each), shape)


def _spread_classes(model: Any, samples: NDArray[np.float32]) -> None:
    """Scale and shift the last layer such that its classes take turns in being the likeliest."""
    keras = tensorflow_models.keras()
    last = model.layers[-1]
    if last.activation is not keras.activations.softmax:
        return
    features = np.asarray(keras.Model(model.input, last.input)(samples))
    kernel = np.asarray(last.kernel)
    kernel = kernel / (features @ kernel).std(axis=0)
    last.set_weights([kernel, -(features @ kernel).mean(axis=0)])


def autoencoder() -> Any:
    keras = tensorflow_models.keras()
    first = keras.Input((640,))
    values = first
    for units in (128, 128, 128, 128, 8, 128, 128, 128, 128):
        values = _normalized(keras.layers.Dense(units)(values))
    return keras.Model(first, keras.layers.Dense(640)(values))


def resnet_8() -> Any:
    keras = tensorflow_models.keras()
    first = keras.Input((32, 32, 3))
    values = _normalized(_convolution(16)(first))
    for channels, stride in ((16, 1), (32, 2), (64, 2)):
        branch = _normalized(_convolution(channels, stride=stride)(values))
        branch = _normalized(_convolution(channels)(branch), activation=False)
        if stride > 1:
            values = _convolution(channels, 1, stride)(values)
        values = keras.layers.Activation("relu")(keras.layers.Add()([values, branch]))
    return _classified(first, values, 10)


def ds_cnn() -> Any:
    first = tensorflow_models.keras().Input((49, 10, 1))
    values = _normalized(_convolution(64, (10, 4), 2)(first))
    for _ in range(4):
        values = _separable(values, 64, 1)
    return _classified(first, values, 12)


def mobilenet() -> Any:
    first = tensorflow_models.keras().Input((96, 96, 3))
    values = _normalized(_convolution(8, stride=2)(first))
    for channels, stride in MOBILENET_BLOCKS:
        values = _separable(values, channels, stride)
    return _classified(first, values, 2)


def _convolution(channels: int, window: int | tuple[int, int] = 3, stride: int = 1) -> Any:
    layers = tensorflow_models.keras().layers
    return layers.Conv2D(channels, window, stride, "same", kernel_initializer="he_normal")


def _separable(values: Any, channels: int, stride: int) -> Any:
    layers = tensorflow_models.keras().layers
    depthwise = layers.DepthwiseConv2D(3, stride, "same", depthwise_initializer="he_normal")
    return _normalized(_convolution(channels, 1)(_normalized(depthwise(values))))


def _normalized(values: Any, activation: bool = True) -> Any:
    layers = tensorflow_models.keras().layers
    values = layers.BatchNormalization(momentum=0.0)(values)
    return layers.Activation("relu")(values) if activation else values


def _classified(first: Any, values: Any, classes: int) -> Any:
    keras = tensorflow_models.keras()
    pooled = keras.layers.Flatten()(keras.layers.AveragePooling2D(values.shape[1:3])(values))
    outputs = keras.layers.Dense(classes, "softmax", kernel_initializer="he_normal")(pooled)
    return keras.Model(first, outputs)


NETWORKS = {
    "anomaly detection": Network(autoencoder, 264_192, {"FULLY_CONNECTED": 10}),
    "image classification": Network(
        resnet_8,
        12_501_632,
        {"CONV_2D": 9, "ADD": 3, "AVERAGE_POOL_2D": 1, "FULLY_CONNECTED": 1, "SOFTMAX": 1},
    ),
    "keyword spotting": Network(
        ds_cnn,
        2_656_768,
        {"CONV_2D": 5, "DEPTHWISE_CONV_2D": 4, "AVERAGE_POOL_2D": 1, "FULLY_CONNECTED": 1, "SOFTMAX": 1},
    ),
    "visual wake words": Network(
        mobilenet,
        7_489_664,
        {"CONV_2D": 14, "DEPTHWISE_CONV_2D": 13, "AVERAGE_POOL_2D": 1, "FULLY_CONNECTED": 1, "SOFTMAX": 1},
    ),
}
