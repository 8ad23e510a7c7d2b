"""Every operator in the image on the virtual board against tflite-micro: every byte."""

from pathlib import Path

import converted_operators
import mlperf_tiny_models
import numpy as np
import pytest
import tflite_models
from converted_operators import OPERATORS
from golden_comparison import golden_outputs, random_inputs
from mlperf_tiny_models import NETWORKS

from host import native
from host.sim import inference
from host.tflite import operators, reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")


def assert_agrees(data: bytes, count: int, folder: Path) -> None:
    path = folder / "model.tflite"
    path.write_bytes(data)
    model = reader.read(path)
    (batch,) = random_inputs(data, count, seed=29)
    image = inference.build(model, path, native.REFERENCE_KERNEL, preset="host-sanitize")
    simulated = inference.run(model, batch.reshape(count, -1), image.elf)
    expected = golden_outputs(data, [batch])
    assert len(np.unique(expected)) > 3, "so that the test tests something"
    assert simulated.outputs.tobytes() == expected.tobytes()


def test_a_model_of_all_operators(tmp_path: Path) -> None:
    data = converted_operators.all_operators()
    used = {operator.opcode for operator in reader.parse(data, "model").operators}
    assert used == set(operators.supported())
    assert_agrees(data, 20, tmp_path)


def test_keyword_spotting(tmp_path: Path) -> None:
    assert_agrees(mlperf_tiny_models.int8(NETWORKS["keyword spotting"]), 1, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("opcode", OPERATORS)
def test_a_model_of_one_operator(opcode: str, tmp_path: Path) -> None:
    data = tflite_models.with_one_input(converted_operators.model(opcode, np.random.default_rng(5)))
    assert_agrees(data, 20, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name: str, tmp_path: Path) -> None:
    assert_agrees(mlperf_tiny_models.int8(NETWORKS[name]), 2, tmp_path)
