"""Models of one operator that computes element by element: shapes, scales, zero points and options drawn."""

import numpy as np
import tflite_models
from drawn_models import Numbers
from numpy.typing import NDArray
from tflite_models import Operand

MOST_DIMENSIONS = 6
FINE_VALUES = 15


def draw_scale(random: Numbers, least: float = 0.005, most: float = 0.5) -> float:
    """Return a scale, its logarithm uniformly distributed, that float32 represents."""
    return float(np.float32(np.exp(random.uniform(np.log(least), np.log(most)))))


def draw_zero_point(random: Numbers) -> int:
    """Return a zero point of int8; the ends are as likely as all between."""
    return int(random.choice([-128, 127, random.integers(-128, 128)]))


def draw_shape(random: Numbers, least: int = 0, most: int = MOST_DIMENSIONS) -> tuple[int, ...]:
    """Return from `least` to `most` dimensions, of 1 to 5 elements."""
    return tuple(int(size) for size in random.integers(1, 6, random.integers(least, most + 1)))


def draw_values(random: Numbers, shape: tuple[int, ...]) -> NDArray[np.int8]:
    # Drawn by hypothesis, one number is a Python int.
    return np.asarray(random.integers(-128, 128, shape, np.int8), np.int8)


def binary(opcode: str, options: str, random: Numbers, products: bool = False) -> bytes:
    """Return a model of two operands that broadcast, one of them constant at times.

    Args:
        opcode: As "ADD".
        options: Name of its options, as "AddOptionsT".
        random: Draws everything.
        products: Whether the output is of the magnitude of products, not of sums.
    """
    shape = draw_shape(random)
    operands = [_operand(random, sizes) for sizes in _pair(random, shape)]
    if random.random() < 0.25:
        constant = operands[int(random.integers(2))]
        constant.data = draw_values(random, tuple(constant.shape))
    scales = [operand.scales[0] for operand in operands]
    magnitude = 60.0 * scales[0] * scales[1] if products else max(scales)
    return tflite_models.single(
        opcode,
        operands,
        Operand(
            "int8", shape, [float(np.float32(magnitude * random.uniform(0.3, 3.0)))], draw_zero_point(random)
        ),
        tflite_models.options(
            options, fusedActivationFunction=int(random.choice(list(tflite_models.ACTIVATIONS.values())))
        ),
    )


def fine_sum(opcode: str, options: str, steps: tuple[int, int]) -> bytes:
    """Return a model whose output shows what rounding makes of operands that cancel out.

    steps[0] of the first operand are as much as steps[1] of the second.
    """
    scale = 0.1
    scales = (scale, float(np.float32(scale * steps[0] / steps[1])))
    return tflite_models.single(
        opcode,
        [Operand("int8", (FINE_VALUES,), [each]) for each in scales],
        Operand("int8", (FINE_VALUES,), [float(np.float32(scale * 2.0**-18))]),
        tflite_models.options(options),
    )


def cancelling(opcode: str, steps: tuple[int, int]) -> list[NDArray[np.int8]]:
    """Return the inputs of `fine_sum`, [1, FINE_VALUES] each."""
    factors = np.arange(FINE_VALUES) - FINE_VALUES // 2
    sign = -1 if opcode == "ADD" else 1
    return [(factors[None] * step).astype(np.int8) for step in (steps[0], sign * steps[1])]


def unary(opcode: str, random: Numbers, output: tuple[float, int] | None = None) -> bytes:
    """Return a model of one operand; `output`: scale and zero point, where the operator prescribes them."""
    shape = draw_shape(random)
    scale = draw_scale(random)
    if output is None:
        output = (float(np.float32(scale * random.uniform(0.3, 3.0))), draw_zero_point(random))
    return tflite_models.single(
        opcode,
        [Operand("int8", shape, [scale], draw_zero_point(random))],
        Operand("int8", shape, [output[0]], output[1]),
    )


def _operand(random: Numbers, shape: tuple[int, ...]) -> Operand:
    return Operand("int8", shape, [draw_scale(random)], draw_zero_point(random))


def _pair(random: Numbers, shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return two shapes that broadcast to `shape`: half the time as they are, else some 1 or missing."""
    if random.random() < 0.5:
        return [shape, shape]
    repeats = random.integers(0, 3, len(shape))
    pair = [
        tuple(1 if repeat == which else size for repeat, size in zip(repeats, shape, strict=True))
        for which in (1, 2)
    ]
    which = int(random.integers(2))
    leading = next((d for d, size in enumerate(pair[which]) if size != 1), len(shape))
    # Where the other repeats as well, the missing dimension would be 1 in the output, which stays.
    pair[which] = pair[which][int(random.integers(leading + 1)) :]
    return pair
