"""The image on the virtual board gives the bytes that the host build gives, for a thousand random inputs.

The host build is the same C++ for another processor; what it gives is compared with `tflite-micro` elsewhere.
"""

from pathlib import Path

import pytest
import tflite_models

from host import native, native_profile
from host.default_model import PRETRAINED
from host.sim import inference
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


@pytest.mark.slow
@pytest.mark.parametrize("kernel", ["baseline", "fast"])
def test_a_thousand_inputs_of_the_autoencoder(kernel: str, sanitized_host: Path) -> None:
    assert_equal_bytes(PRETRAINED, kernel, INPUTS, "flash", sanitized_host)
