"""Models of one pooling over random shapes, windows, strides, paddings and activations."""

import numpy as np
import tflite_models
from drawn_models import Numbers
from tflite_models import Operand


def pool(opcode: str, random: Numbers) -> bytes:
    """Return a model of pooling `opcode` with everything that its options let vary."""
    rows, columns, channels, batches = (int(random.integers(1, most)) for most in (12, 12, 9, 3))
    padding = str(random.choice(list(tflite_models.PADDINGS)))
    # A window that does not fit without padding is refused by both.
    fits = padding == "valid"
    height = int(random.integers(1, rows + 1 if fits else rows + 4))
    width = int(random.integers(1, columns + 1 if fits else columns + 4))
    stride_h, stride_w = (int(stride) for stride in random.integers(1, 5, 2))
    room = (rows - height, columns - width) if fits else (rows - 1, columns - 1)
    scale, zero_point = float(np.float32(random.uniform(0.005, 0.2))), int(random.integers(-128, 128))
    return tflite_models.single(
        opcode,
        [Operand("int8", (batches, rows, columns, channels), [scale], zero_point)],
        Operand(
            "int8",
            (batches, room[0] // stride_h + 1, room[1] // stride_w + 1, channels),
            [scale],
            zero_point,
        ),
        tflite_models.options(
            "Pool2DOptionsT",
            padding=tflite_models.PADDINGS[padding],
            strideW=stride_w,
            strideH=stride_h,
            filterWidth=width,
            filterHeight=height,
            fusedActivationFunction=int(random.choice(list(tflite_models.ACTIVATIONS.values()))),
        ),
    )
