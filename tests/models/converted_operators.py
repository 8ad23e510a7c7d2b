"""Models of one operator as TensorFlow's converter makes them: shapes and options drawn.

The converter adds QUANTIZE where an operator wants other scales than its operands have, and SHAPE,
STRIDED_SLICE and PACK where a size is only known at run time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow_models
from drawn_models import Numbers
from elementwise_models import draw_shape
from numpy.typing import NDArray

Shape = tuple[int | None, ...]
"""None: a first dimension that is open; it is 1 when the model runs."""

Function = Callable[..., Any]

ACTIVATIONS = ("none", "relu", "relu6", "relu_n1_to_1")


@dataclass(frozen=True)
class Conversion:
    """A TensorFlow function, the shapes of its operands, and what the converter is asked for."""

    opcode: str
    function: Function
    shapes: Sequence[Shape]
    seed: int
    ends: str

    def model(self) -> bytes:
        random = np.random.default_rng(self.seed)
        return tensorflow_models.from_function(self.function, self.shapes, random, self.ends)


def draw(opcode: str, random: Numbers) -> Conversion:
    """Return what makes a model with operator `opcode`, one of OPERATORS."""
    function, shapes = OPERATORS[opcode](random)
    ends = {"QUANTIZE": "float32", "DEQUANTIZE": "float32", "FULLY_CONNECTED, float": "float"}
    return Conversion(opcode, function, shapes, int(random.integers(1 << 32)), ends.get(opcode, "int8"))


def model(opcode: str, random: Numbers) -> bytes:
    """Return a converted model with operator `opcode`, one of OPERATORS."""
    return draw(opcode, random).model()


def all_operators(seed: int = 0) -> bytes:
    """Return a converted model, float32 [1, 12, 10, 3] to [1, 4, 8], that has every operator."""
    random = np.random.default_rng(seed)
    return tensorflow_models.from_function(
        _all_operators(random), [(None, 12, 10, 3)], random, "float32", 1.0
    )


def _all_operators(random: np.random.Generator) -> Function:
    tf = tensorflow_models.tensorflow()
    filters, depthwise = _normal(random, 3, 2, 3, 6), _normal(random, 3, 3, 6, 1)
    weights, others = _normal(random, 12, 32), _normal(random, 12, 32)

    def function(values: Any) -> Any:
        padded = tf.nn.relu(tf.pad(values, [[0, 0], [1, 2], [2, 1], [0, 0]]))
        features = tf.nn.conv2d(padded, filters, 1, "SAME")
        features = tf.nn.depthwise_conv2d(features, depthwise, [1, 2, 2, 1], "SAME")
        features = tf.nn.avg_pool2d(tf.nn.max_pool2d(features, 2, 1, "VALID"), 3, 1, "SAME")
        gates = tf.sigmoid(features)
        mixed = tf.concat([features * gates, features - gates], -1)
        averages = tf.reduce_mean(tf.nn.relu6(mixed), [1, 2])
        averages = tf.stack([averages, averages])[1]
        sums = averages @ weights + tf.nn.softmax(averages @ others)
        return tf.reshape(sums, [tf.shape(values)[0], 4, 8])

    return function


def _normal(random: Numbers, *shape: int) -> NDArray[np.float32]:
    return random.normal(0, 1, shape).astype(np.float32)


def _activated(random: Numbers, function: Function) -> Function:
    """Return `function` with an activation behind it, which the converter fuses."""
    tf = tensorflow_models.tensorflow()
    activation = str(random.choice(ACTIVATIONS))
    apply = {
        "none": lambda values: values,
        "relu": tf.nn.relu,
        "relu6": tf.nn.relu6,
        "relu_n1_to_1": lambda values: tf.minimum(tf.maximum(values, -1.0), 1.0),
    }[activation]
    return lambda *operands: apply(function(*operands))


def _image(random: Numbers, least: int = 1) -> Shape:
    rows, columns = (int(size) for size in random.integers(least, 13, 2))
    return int(random.integers(1, 3)), rows, columns, int(random.integers(1, 10))


def _window(random: Numbers, image: Shape) -> tuple[list[int], str]:
    """Return rows and columns of a window that fits the image, and a padding."""
    sizes = [int(random.integers(1, min(size, 5) + 1)) for size in image[1:3]]
    return sizes, str(random.choice(["SAME", "VALID"]))


def _strides_and_dilations(
    random: Numbers, image: Shape, window: list[int], alike: bool
) -> tuple[list[int], list[int]]:
    """Return either strides or dilations other than 1, as TensorFlow has it.

    `alike`: the same stride for rows and columns.
    """
    strides = [int(stride) for stride in random.integers(1, 4, 2)]
    if alike:
        strides[1] = strides[0]
    most = [(size - 1) // max(width - 1, 1) for size, width in zip(image[1:3], window, strict=True)]
    if random.random() < 0.3 and min(most) >= 2:
        return [1, 1], [int(random.integers(1, min(limit, 3) + 1)) for limit in most]
    return strides, [1, 1]


def _convolution(random: Numbers) -> tuple[Function, list[Shape]]:
    tf = tensorflow_models.tensorflow()
    image = _image(random)
    window, padding = _window(random, image)
    strides, dilations = _strides_and_dilations(random, image, window, alike=False)
    channels = int(random.integers(1, 10))
    filters, bias = _normal(random, *window, image[3], channels), _normal(random, channels)

    def function(values: Any) -> Any:
        sums = tf.nn.conv2d(values, filters, strides, padding, dilations=dilations)
        return tf.nn.bias_add(sums, bias)

    return _activated(random, function), [image]


def _depthwise(random: Numbers) -> tuple[Function, list[Shape]]:
    tf = tensorflow_models.tensorflow()
    image = _image(random)
    window, padding = _window(random, image)
    strides, dilations = _strides_and_dilations(random, image, window, alike=True)
    multiplier = int(random.integers(1, 4))
    filters = _normal(random, *window, image[3], multiplier)
    bias = _normal(random, image[3] * multiplier)

    def function(values: Any) -> Any:
        steps = [1, *strides, 1]
        sums = tf.nn.depthwise_conv2d(values, filters, steps, padding, dilations=dilations)
        return tf.nn.bias_add(sums, bias)

    return _activated(random, function), [image]


def _fully_connected(random: Numbers) -> tuple[Function, list[Shape]]:
    batches, inputs, outputs = (int(size) for size in random.integers(1, [4, 70, 40]))
    weights, bias = _normal(random, inputs, outputs), _normal(random, outputs)
    tf = tensorflow_models.tensorflow()
    return _activated(random, lambda values: tf.matmul(values, weights) + bias), [(batches, inputs)]


def _binary(combine: str) -> Callable[[Numbers], tuple[Function, list[Shape]]]:
    def draw(random: Numbers) -> tuple[Function, list[Shape]]:
        function = getattr(tensorflow_models.tensorflow(), combine)
        shape = draw_shape(random, least=1, most=4)
        other = tuple(int(random.choice([1, size])) for size in shape) if random.random() < 0.5 else shape
        if random.random() < 0.3:
            constant = _normal(random, *other)
            return _activated(random, lambda values: function(values, constant)), [shape]
        return _activated(random, function), [shape, other]

    return draw


def _pool(kind: str) -> Callable[[Numbers], tuple[Function, list[Shape]]]:
    def draw(random: Numbers) -> tuple[Function, list[Shape]]:
        pool = getattr(tensorflow_models.tensorflow().nn, kind)
        image = _image(random)
        window, padding = _window(random, image)
        strides = [int(stride) for stride in random.integers(1, 4, 2)]
        return _activated(random, lambda values: pool(values, window, strides, padding)), [image]

    return draw


def _unary(name: str) -> Callable[[Numbers], tuple[Function, list[Shape]]]:
    def draw(random: Numbers) -> tuple[Function, list[Shape]]:
        function = getattr(tensorflow_models.tensorflow().nn, name)
        return function, [draw_shape(random, least=1, most=4)]

    return draw


def _pad(random: Numbers) -> tuple[Function, list[Shape]]:
    shape = draw_shape(random, least=1, most=4)
    paddings = random.integers(0, 4, (len(shape), 2)).astype(np.int32)
    paddings[0, 0] += 1  # at least one: nothing is left of a PAD by nothing
    return lambda values: tensorflow_models.tensorflow().pad(values, paddings), [shape]


def _mean(random: Numbers) -> tuple[Function, list[Shape]]:
    shape = draw_shape(random, least=1, most=4)
    axes = random.permutation(len(shape))[: int(random.integers(1, len(shape) + 1))]
    keep = bool(random.integers(2))
    # Not all of one element: the converter makes a RESHAPE of that.
    shape = tuple(size + 1 for size in shape)
    return lambda values: tensorflow_models.tensorflow().reduce_mean(values, axes.tolist(), keep), [shape]


def _concatenation(random: Numbers) -> tuple[Function, list[Shape]]:
    shape = draw_shape(random, least=1, most=4)
    axis = int(random.integers(len(shape)))
    sizes = random.integers(1, 6, int(random.integers(2, 5)))
    shapes = [(*shape[:axis], int(size), *shape[axis + 1 :]) for size in sizes]
    factors = random.uniform(0.5, 2.0, len(sizes)).astype(np.float32)

    # Different ranges, so that the converter has to bring them to one scale.
    differ = random.random() < 0.5

    def function(*operands: Any) -> Any:
        scaled = [operands[0] * factors[0], *operands[1:]] if differ else list(operands)
        return tensorflow_models.tensorflow().concat(scaled, axis)

    return function, shapes


def _reshape(random: Numbers) -> tuple[Function, list[Shape]]:
    shape = draw_shape(random, least=2, most=4)
    order = _other_order(random, shape)
    return lambda values: tensorflow_models.tensorflow().reshape(values, order), [shape]


def _other_order(random: Numbers, shape: tuple[int, ...]) -> list[int]:
    """Return a shape of as many elements, never the same: the converter leaves that out."""
    order = [int(size) for size in random.permutation(shape)]
    return [int(np.prod(shape))] if order == list(shape) else order


def _shape(random: Numbers) -> tuple[Function, list[Shape]]:
    """A reshape whose first dimension is open until the model runs."""
    tf = tensorflow_models.tensorflow()
    shape = draw_shape(random, least=2, most=3)
    order = _other_order(random, shape)
    return lambda values: tf.reshape(values, [tf.shape(values)[0], *order]), [(None, *shape)]


def _strided_slice(random: Numbers) -> tuple[Function, list[Shape]]:
    shape = tuple(size + 1 for size in draw_shape(random, least=1, most=4))
    places: list[Any] = [_slice(random, size) for size in shape]
    places[0] = slice(1, None)  # something is left out
    return lambda values: values[tuple(places)], [shape]


def _slice(random: Numbers, size: int) -> Any:
    if random.random() < 0.2:
        return int(random.integers(-size, size))
    begin = int(random.integers(size))
    return slice(begin, int(random.integers(begin + 1, size + 1)), int(random.integers(1, 4)))


def _pack(random: Numbers) -> tuple[Function, list[Shape]]:
    shape = draw_shape(random, least=1, most=3)
    axis = int(random.integers(len(shape) + 1))
    count = int(random.integers(2, 5))
    return lambda *operands: tensorflow_models.tensorflow().stack(operands, axis), [shape] * count


OPERATORS: dict[str, Callable[[Numbers], tuple[Function, list[Shape]]]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise,
    "FULLY_CONNECTED": _fully_connected,
    "FULLY_CONNECTED, float": _fully_connected,
    "ADD": _binary("add"),
    "SUB": _binary("subtract"),
    "MUL": _binary("multiply"),
    "AVERAGE_POOL_2D": _pool("avg_pool2d"),
    "MAX_POOL_2D": _pool("max_pool2d"),
    "SOFTMAX": _unary("softmax"),
    "LOGISTIC": _unary("sigmoid"),
    "RELU": _unary("relu"),
    "RELU6": _unary("relu6"),
    "PAD": _pad,
    "MEAN": _mean,
    "CONCATENATION": _concatenation,
    "RESHAPE": _reshape,
    "SHAPE": _shape,
    "STRIDED_SLICE": _strided_slice,
    "PACK": _pack,
    "QUANTIZE": _pool("max_pool2d"),
    "DEQUANTIZE": _unary("sigmoid"),
}
