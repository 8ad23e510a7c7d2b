"""Images that prepare their model themselves compute what those with tables do, on the virtual board."""

from pathlib import Path

import converted_operators
import numpy as np
import pytest
import tflite_models
from golden_comparison import random_inputs

from host import boards, native
from host.firmware_build import image
from host.firmware_build.image import Image
from host.project import BUILD_DIR
from host.sim import inference
from host.sim.board import BoardSettings
from host.sim.inference import SimulatedRun
from host.sim.part_number import device_part
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

WITHOUT_ACCELERATOR = "EFR32MG24A010F1536IM48"


def build(data: bytes, folder: Path, kernel: str, weights: str, interpreter: bool) -> Image:
    path = folder / "model.tflite"
    path.write_bytes(data)
    return image.build(
        boards.load("virtual"),
        path,
        kernel,
        BUILD_DIR / "test-interpreter" / ("interpreted" if interpreter else "tables"),
        weights=weights,
        interpreter=interpreter,
    )


def both(
    data: bytes, folder: Path, kernel: str, weights: str = "flash", part: str | None = None
) -> tuple[SimulatedRun, SimulatedRun]:
    model = reader.parse(data, "model")
    (batch,) = random_inputs(data, 5, seed=3)
    settings = BoardSettings() if part is None else BoardSettings(part=device_part(part))
    runs = []
    for interpreter in (False, True):
        built = build(data, folder, kernel, weights, interpreter)
        runs.append(inference.run(model, batch.reshape(5, -1), built.elf, settings=settings))
    tables, interpreted = runs
    assert tables.outputs.tobytes() == interpreted.outputs.tobytes()
    assert len(np.unique(tables.outputs)) > 3, "so that the test tests something"
    assert [layer.launches for layer in tables.layers] == [layer.launches for layer in interpreted.layers]
    assert tables.weights_ram_bytes == interpreted.weights_ram_bytes
    assert tables.arena_used_bytes < interpreted.arena_used_bytes
    return tables, interpreted


@pytest.mark.parametrize("weights", ["flash", "ram"])
def test_the_accelerators_layers(tmp_path: Path, weights: str) -> None:
    tables, _ = both(tflite_models.autoencoder_float(per_channel=True), tmp_path, "fast", weights)
    assert sum(layer.launches for layer in tables.layers) == 20
    assert (tables.weights_copied > 0) == (weights == "ram")


def test_the_same_image_on_a_part_without_accelerator(tmp_path: Path) -> None:
    data = tflite_models.autoencoder_float(per_channel=True)
    tables, _ = both(data, tmp_path, "fast", part=WITHOUT_ACCELERATOR)
    assert sum(layer.launches for layer in tables.layers) == 0
    assert (
        native.run(
            reader.parse(data, "model"), random_inputs(data, 5, seed=3)[0].reshape(5, -1), "reference"
        ).outputs.tobytes()
        == tables.outputs.tobytes()
    )


@pytest.mark.slow
@pytest.mark.parametrize("kernel", native.KERNELS)
def test_every_kernel(tmp_path: Path, kernel: str) -> None:
    both(tflite_models.autoencoder_float(per_channel=False), tmp_path, kernel)


@pytest.mark.slow
@pytest.mark.parametrize("kernel", native.KERNELS)
def test_all_operators(tmp_path: Path, kernel: str) -> None:
    both(converted_operators.all_operators(), tmp_path, kernel)
