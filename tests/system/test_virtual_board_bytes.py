"""The image on the virtual board gives the bytes that the host build gives, for a thousand random inputs.

The host build is the same C++ for another processor; what it gives is compared with `tflite-micro` elsewhere.
"""

from pathlib import Path

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


@pytest.mark.parametrize(
    ("sizes", "per_channel", "layout"),
    [(ODD_SIZES, False, "tflite"), (EVEN_SIZES, True, "interleaved")],
    ids=["rows, per tensor", "pairs of rows, per channel"],
)
def test_the_cores_fast_kernel_gives_the_references_bytes(
    sizes: tuple[int, ...], per_channel: bool, layout: str, tmp_path: Path, sanitized_host: Path
) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(chain(sizes, per_channel))
    model = reader.read(path)
    batch = native_profile.random_batch(model, 100, seed=23)
    image = inference.build(model, path, "fast", layout=layout, preset="host-sanitize")
    simulated = inference.run(model, batch, image.elf, settings=WITHOUT_ACCELERATOR)
    expected = native.run(model, batch, "reference", executable=sanitized_host)
    assert len(set(map(bytes, expected.outputs))) > 50, "so that the test tests something"
    assert simulated.outputs.tobytes() == expected.outputs.tobytes()
    assert simulated.kernel == "fast, on the core"


@pytest.mark.slow
@pytest.mark.parametrize("kernel", ["baseline", "fast"])
def test_a_thousand_inputs_of_the_autoencoder(kernel: str, sanitized_host: Path) -> None:
    assert_equal_bytes(PRETRAINED, kernel, INPUTS, "flash", sanitized_host)
