"""The conversions' inner loops in the linked image, instruction by instruction."""

from pathlib import Path

import pytest
import tflite_models

from host import boards
from host.firmware_build import image, loop_cost
from host.project import BUILD_DIR

MODEL = tflite_models.autoencoder_float()  # an image has the conversions that its model needs
PLACE = "kernels::fast::(anonymous namespace)::"


@pytest.fixture(scope="module")
def elf(tmp_path_factory: pytest.TempPathFactory, sanitized_host: Path) -> Path:
    folder = tmp_path_factory.mktemp("model")
    model = folder / "small.tflite"
    model.write_bytes(MODEL)
    built = image.build(
        boards.load("xg24"), model, "fast", BUILD_DIR / "test-images", preset=sanitized_host.parent.name
    )
    # A copy: other tests build other images in the same folder.
    copy = folder / "earshot.elf"
    copy.write_bytes(built.elf.read_bytes())
    return copy


@pytest.mark.parametrize(
    ("function", "per_element", "most"),
    [
        ("QuantizeBlocks", "vcvta.s32.f32", 12),
        ("DequantizeBlocks", "vcvt.f32.s32", 8),
    ],
)
def test_cycles_per_element_are_within_the_target(
    elf: Path, function: str, per_element: str, most: float
) -> None:
    cost = loop_cost.measure(elf, PLACE + function, per_element)
    operations = [instruction.operation for instruction in cost.instructions]
    assert cost.elements == 8
    assert "vdiv" not in operations
    assert not {"bl", "blx"} & set(operations)
    assert cost.cycles_per_element <= most
