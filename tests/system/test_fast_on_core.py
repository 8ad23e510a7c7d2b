"""Networks of convolutions with the core's fast kernels on the virtual board: tflite-micro's bytes."""

from pathlib import Path

import mlperf_tiny_models
import numpy as np
import pytest
from convolution_models import convolution, depthwise
from golden_comparison import golden_outputs, random_inputs
from mlperf_tiny_models import NETWORKS
from numpy.typing import NDArray

from host.sim import inference, part_number
from host.sim.board import BoardSettings
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

WITHOUT_ACCELERATOR = BoardSettings(part=part_number.device_part("EFR32MG24A010F1536IM48"))


def assert_agrees(data: bytes, count: int, folder: Path) -> NDArray[np.uint8]:
    path = folder / "model.tflite"
    path.write_bytes(data)
    model = reader.read(path)
    (batch,) = random_inputs(data, count, seed=31)
    image = inference.build(model, path, "fast", preset="host-sanitize")
    simulated = inference.run(model, batch.reshape(count, -1), image.elf, settings=WITHOUT_ACCELERATOR)
    expected = golden_outputs(data, [batch])
    assert simulated.outputs.tobytes() == expected.tobytes()
    return expected


def test_keyword_spotting(tmp_path: Path) -> None:
    outputs = assert_agrees(mlperf_tiny_models.int8(NETWORKS["keyword spotting"]), 2, tmp_path)
    assert len(np.unique(outputs)) > 3, "so that the test tests something"


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name: str, tmp_path: Path) -> None:
    assert_agrees(mlperf_tiny_models.int8(NETWORKS[name]), 2, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("make", [convolution, depthwise], ids=lambda make: make.__name__)
def test_random_convolutions(make, seed: int, tmp_path: Path) -> None:
    assert_agrees(make(np.random.default_rng(seed)), 5, tmp_path)
