"""Kernel `fast` on layers of any shape: its distance from the reference kernel stays within a bound.

The bound follows from the program's roundings to binary16. With u = 2^-11, the largest relative error of one,
a multiplier M and an output y before its zero point z is added, in output codes:

    1.02 u M (Σ |products| + Σ |sums in blocks| + (depth / 16 + 18) · largest total) + 3 u (|y| + |z|) + 1

Blocks have at most 32 elements, of successive products or, with two lanes for one output, of every other one:
a sum in a block is bounded by the largest over all such windows that end at its last product. Totals change
after each block, of 16 products or more where there are more than 32, and with each of up to 16 products left
over; each is at most the largest of either lane. The last code is for rounding in the store and in the
reference kernel.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from host import native
from host.fuzz.model_writer import ModelWriter
from host.tflite import reader, weight_layout

UNIT = 2.0**-11
BLOCK = 32
LARGEST = 4096
MOST_PRODUCTS = 80_000
"""Keeps a run short: depth and width both reach 4096, but not together."""

SIZES = st.one_of(
    st.integers(1, 70),
    st.sampled_from([127, 128, 1023, 1024, 1025, 1026, 2046, 2047, 2048, 2049, 2050, LARGEST - 1, LARGEST]),
    st.integers(1, LARGEST),
)


@dataclass(frozen=True)
class Problem:
    """A layer: x [batches, depth], w [outputs, depth], b [outputs]; weight scales: one, or one per output."""

    x: NDArray[np.int8]
    w: NDArray[np.int8]
    b: NDArray[np.int32]
    weight_scales: NDArray[np.float32]
    input_zero_point: int
    output_zero_point: int
    activation: int


INPUT_SCALE, OUTPUT_SCALE = np.float32(0.05), np.float32(0.1)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    depth = draw(SIZES)
    outputs = draw(SIZES.filter(lambda size: size * depth <= MOST_PRODUCTS))
    batches = draw(st.integers(1, max(1, min(4, MOST_PRODUCTS // (depth * outputs)))))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = 74.0 * 73.0 * np.sqrt(depth)
    # Outputs spread over `steps` codes: all alike, over the range, far beyond it.
    steps = draw(st.sampled_from([0.5, 60.0, 4000.0]))
    channels = outputs if draw(st.booleans()) else 1
    scale = steps * OUTPUT_SCALE / (INPUT_SCALE * spread)
    return Problem(
        x=random.integers(-128, 128, (batches, depth), dtype=np.int8),
        w=random.integers(-128 if draw(st.booleans()) else -127, 128, (outputs, depth), dtype=np.int8),
        b=random.integers(-int(spread) - 1, int(spread) + 2, outputs).astype(np.int32),
        weight_scales=(scale * random.uniform(0.5, 2.0, channels)).astype(np.float32),
        input_zero_point=draw(st.sampled_from([-128, -7, 0, 127])),
        output_zero_point=draw(st.sampled_from([-128, 5, 127])),
        activation=draw(st.sampled_from([0, 1, 3])),
    )


def write(problem: Problem) -> bytes:
    writer = ModelWriter()
    (batches, depth), outputs = problem.x.shape, len(problem.w)
    scales = [float(scale) for scale in problem.weight_scales]
    x = writer.tensor("int8", (batches, depth), [float(INPUT_SCALE)], problem.input_zero_point)
    w = writer.tensor("int8", problem.w.shape, scales, 0, problem.w)
    bias_scales = [float(INPUT_SCALE * np.float32(scale)) for scale in scales]
    b = writer.tensor("int32", (outputs,), bias_scales, 0, problem.b)
    y = writer.tensor("int8", (batches, outputs), [float(OUTPUT_SCALE)], problem.output_zero_point)
    options = schema.FullyConnectedOptionsT()
    options.fusedActivationFunction = problem.activation
    writer.operator("FULLY_CONNECTED", [x, w, b], [y], options)
    return writer.pack([x], [y])


def windows(products: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """Return the largest absolute sum of up to 32 products, `step` apart, that ends at each product."""
    depth = products.shape[2]
    padded = np.pad(products, ((0, 0), (0, 0), (BLOCK * step, 0)))
    sums, largest = np.zeros_like(products), np.zeros_like(products)
    for back in range(BLOCK):
        first = (BLOCK - back) * step
        sums += padded[:, :, first : first + depth]
        largest = np.maximum(largest, np.abs(sums))
    return largest


def bound(problem: Problem) -> NDArray[np.float64]:
    """Return the bound of this file for each output [batches, outputs]."""
    x = problem.x.astype(np.float64) - problem.input_zero_point
    products = x[:, None, :] * problem.w.astype(np.float64)
    depth = products.shape[2]
    multiplier = INPUT_SCALE * problem.weight_scales.astype(np.float64) / OUTPUT_SCALE
    bias = np.abs(problem.b.astype(np.float64))
    lanes = [products] + [products[:, :, lane::2] for lane in (0, 1) if depth > lane]
    total = np.max([np.abs(np.cumsum(lane, axis=2)).max(axis=2) for lane in lanes], axis=0) + bias
    blocks = np.maximum(windows(products, 1), windows(products, 2)).sum(axis=2)
    roundings = np.abs(products).sum(axis=2) + blocks + (depth / 16 + 18) * total
    y = (products.sum(axis=2) + problem.b) * multiplier
    last = np.abs(y) + abs(problem.output_zero_point)
    return 1.02 * UNIT * multiplier * roundings + 3 * UNIT * last + 1.0


@pytest.mark.parametrize("layout", weight_layout.LAYOUTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(problem=problems())
def test_fast_stays_within_its_bound(sanitized_host, layout, problem):
    model = reader.parse(write(problem), "layer")
    batch = problem.x[None] if problem.x.shape[0] > 1 else problem.x
    arena = 1 << 20
    fast, reference = (
        native.run(model, batch, kernel, executable=sanitized_host, arena_bytes=arena, layout=layout)
        for kernel in ("fast", "reference")
    )
    assert fast.layers[0].launches >= 2
    assert (fast.faults, fast.notes) == (0, ())
    shape = (len(problem.x), len(problem.w))
    difference = np.abs(fast.outputs.reshape(shape).astype(int) - reference.outputs.reshape(shape))
    assert np.all(difference <= bound(problem))


def test_layers_that_do_not_fit_say_why(sanitized_host):
    problem = Problem(
        x=np.ones((1, 2000), np.int8),
        w=np.ones((2, 2000), np.int8),
        b=np.zeros(2, np.int32),
        weight_scales=np.array([200.0], np.float32),
        input_zero_point=0,
        output_zero_point=0,
        activation=0,
    )
    model = reader.parse(write(problem), "layer")
    result = native.run(model, problem.x, "fast", executable=sanitized_host)
    assert result.layers[0].launches == 0
    (note,) = result.notes
    assert note == (
        "FULLY_CONNECTED (#0) 2x2000, output tensor 3, runs on the CPU: "
        "output multiplier 100, at most 63 fits"
    )
