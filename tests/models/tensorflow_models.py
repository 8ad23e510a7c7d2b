"""What TensorFlow's converter makes of Keras models and functions, as int8 .tflite files for TFLM.

TensorFlow comes through host.model.tensorflow_adapter, with the number of threads that all tests share.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host.model import tensorflow_adapter
from host.model.settings import TrainingSettings

SAMPLES = 8
"""Random inputs that set the ranges of a function."""


def tensorflow() -> Any:
    return tensorflow_adapter.tensorflow(TrainingSettings.threads)


def keras() -> Any:
    return tensorflow_adapter.keras(TrainingSettings.threads)


def from_keras(model: Any, samples: NDArray[np.float32] | None) -> bytes:
    """Return `model` with int8 ends, or without `samples` in float32.

    `samples` [n, *input shape without its batch] set its ranges.
    """
    with tensorflow_adapter.quiet():
        converter = tensorflow().lite.TFLiteConverter.from_keras_model(model)
    if samples is None:
        return _converted(converter)
    return _quantized(converter, [[sample[None]] for sample in samples], "int8")


def from_function(
    function: Callable[..., Any],
    shapes: Sequence[tuple[int | None, ...]],
    random: np.random.Generator,
    ends: str = "int8",
    deviation: float = 3.0,
) -> bytes:
    """Return a TensorFlow function of float32 tensors as a model.

    Args:
        function: What computes the outputs; arrays of NumPy in it become constants.
        shapes: Of its operands; a dimension of None is open, and 1 when the model runs.
        random: Draws the inputs that set the ranges.
        ends: Type of inputs and outputs, "int8" or "float32"; "float" leaves the whole model in float32.
        deviation: Of those inputs.
    """
    tf = tensorflow()
    with tensorflow_adapter.quiet():
        specifications = [tf.TensorSpec(shape, tf.float32) for shape in shapes]
        concrete = tf.function(function).get_concrete_function(*specifications)
        converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], tf.Module())
    if ends == "float":
        return _converted(converter)
    closed = [[size or 1 for size in shape] for shape in shapes]
    samples = [
        [random.normal(0, deviation, shape).astype(np.float32) for shape in closed] for _ in range(SAMPLES)
    ]
    return _quantized(converter, samples, ends)


def _quantized(converter: Any, samples: Sequence[list[NDArray[np.float32]]], ends: str) -> bytes:
    """`samples`: for each the operands that set the ranges of activations."""
    tf = tensorflow()
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: iter(samples)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = getattr(tf, ends)
    return _converted(converter)


def _converted(converter: Any) -> bytes:
    with tensorflow_adapter.quiet():
        return bytes(converter.convert())
