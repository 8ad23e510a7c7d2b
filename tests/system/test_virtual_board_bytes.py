"""The image on the virtual board gives the bytes that the host build gives, for a thousand random inputs.

The host build is the same C++ for another processor; what it gives is compared with `tflite-micro` elsewhere.
"""

from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host import native, native_profile
from host.default_model import PRETRAINED
from host.sim import inference, part_number
from host.sim.board import BoardSettings
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

INPUTS = 1000
NARROW = [tflite_models.Layer(size) for size in (24, 8, 24)]
MODELS = {
    "narrow": tflite_models.chain(48, [*NARROW, tflite_models.Layer(48, "none")], seed=6),
    "per channel": tflite_models.chain(
        33, [tflite_models.Layer(17, "relu6", per_channel=True), tflite_models.Layer(33, "none")], seed=7
    ),
}
WITHOUT_ACCELERATOR = BoardSettings(part=part_number.device_part("EFR32MG24A010F1536IM48"))
ODD_SIZES = (130, 3, 67, 12, 1, 5, 40, 2, 21, 132, 64)
EVEN_SIZES = (130, 6, 67, 12, 2, 5, 40, 2, 22, 132, 64)
"""Of layers for the core: fewer than four outputs, outputs and depths that are no multiples of four."""


def assert_equal_bytes(path: Path, kernel: str, count: int, weights: str, executable: Path) -> None:
    model = reader.read(path)
    batch = native_profile.random_batch(model, count, seed=19)
    image = inference.build(model, path, kernel, weights, preset="host-sanitize")
    simulated = inference.run(model, batch, image.elf)
    expected = native.run(model, batch, kernel, executable=executable)
    assert len(set(map(bytes, expected.outputs))) > count / 2, "so that the test tests something"
    assert simulated.outputs.tobytes() == expected.outputs.tobytes()
    assert simulated.faults == 0
    assert (simulated.kernel, simulated.clock_hz) == (kernel, 78_000_000)


@pytest.mark.parametrize("kernel", ["baseline", "fast"])
@pytest.mark.parametrize("name", MODELS)
def test_a_thousand_inputs_of_small_models(
    name: str, kernel: str, tmp_path: Path, sanitized_host: Path
) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(MODELS[name])
    assert_equal_bytes(path, kernel, INPUTS, "flash", sanitized_host)


@pytest.mark.parametrize(("weights", "count"), [("flash", 300), ("ram", 30)])
def test_the_autoencoder_with_float_ends(
    weights: str, count: int, tmp_path: Path, sanitized_host: Path
) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(tflite_models.autoencoder_float(seed=3))
    assert_equal_bytes(path, "fast", count, weights, sanitized_host)


def chain(sizes: tuple[int, ...], per_channel: bool) -> bytes:
    """Return a model whose narrowest layers are not its last, so that much of an input reaches the output."""
    layers = [tflite_models.Layer(size, "none", per_channel=per_channel) for size in sizes[1:]]
    return tflite_models.chain(sizes[0], layers, seed=11)


def extremes() -> bytes:
    """Return a layer with sums near both ends of int32 and a factor of its own for each output.

    Factors go from 2^-31 to just below 1/4, sums from what one step of the output takes to what saturates it.
    """
    random = np.random.default_rng(12)
    outputs, inputs, input_scale = 128, 37, 0.5
    exponents = np.linspace(-31, -2.01, outputs)
    scales = [float(scale) for scale in np.float32(2.0**exponents / input_scale)]
    steps = 2.0**-exponents
    biases = np.clip(steps * random.integers(-140, 140, outputs), -(2**31), 2**31 - 1).astype(np.int32)
    weights = random.integers(-128, 128, (outputs, inputs), dtype=np.int8)
    bias_scales = [input_scale * scale for scale in scales]
    return tflite_models.single(
        "FULLY_CONNECTED",
        [
            tflite_models.Operand("int8", (1, inputs), [input_scale], -128),
            tflite_models.Operand("int8", (outputs, inputs), scales, 0, weights),
            tflite_models.Operand("int32", (outputs,), bias_scales, 0, biases),
        ],
        tflite_models.Operand("int8", (1, outputs), [1.0], -90),
        tflite_models.options("FullyConnectedOptionsT", fusedActivationFunction=1),  # relu
    )


@pytest.mark.parametrize(
    ("model_bytes", "layout"),
    [
        (chain(ODD_SIZES, per_channel=False), "tflite"),
        (chain(EVEN_SIZES, per_channel=True), "interleaved"),
        (extremes(), "interleaved"),
    ],
    ids=["rows, per tensor", "pairs of rows, per channel", "extremes"],
)
def test_the_cores_fast_kernel_gives_the_references_bytes(
    model_bytes: bytes, layout: str, tmp_path: Path, sanitized_host: Path
) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(model_bytes)
    model = reader.read(path)
    batch = native_profile.random_batch(model, 100, seed=23)
    image = inference.build(model, path, "fast", layout=layout, preset="host-sanitize")
    simulated = inference.run(model, batch, image.elf, settings=WITHOUT_ACCELERATOR)
    expected = native.run(model, batch, "reference", executable=sanitized_host)
    assert len(set(map(bytes, expected.outputs))) > 50, "so that the test tests something"
    assert simulated.outputs.tobytes() == expected.outputs.tobytes()
    assert simulated.kernel == "fast on the core"


@pytest.mark.slow
@pytest.mark.parametrize("kernel", ["baseline", "fast"])
def test_a_thousand_inputs_of_the_autoencoder(kernel: str, sanitized_host: Path) -> None:
    assert_equal_bytes(PRETRAINED, kernel, INPUTS, "flash", sanitized_host)
