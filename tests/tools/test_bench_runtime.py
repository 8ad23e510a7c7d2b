"""Rows of `tools/bench runtime` from made-up measurements; the int8 form of the model."""

from pathlib import Path
from types import SimpleNamespace

import bench_runtime
import pytest
import tflite_models

from host.sim.mailbox import Inference, LayerCycles
from host.tflite import operators, reader

FLOATS = reader.parse(tflite_models.autoencoder_float(), "float")


def run(total: int) -> bench_runtime.CoreRun:
    layers = operators.layers(FLOATS)
    cycles = {"fully_connected": 4096, "quantize": 8000, "dequantize": 5000}
    measured = tuple(LayerCycles("", 0, cycles.get(layer.opcode, 100), 0, 0, 0) for layer in layers)
    return bench_runtime.CoreRun(layers, Inference(b"", measured, total))


def test_cycles_on_the_core_stand_beside_the_published_ones() -> None:
    total, per_product, first, *others = bench_runtime.core_rows(run(520_000))
    assert (total.value, total.goal, total.missed) == (520_000, 500_000, True)
    assert total.ratio == pytest.approx(520 / 494)
    assert "494,000 (closed), 549,000, 587,000; 802,000" in str(total.against)
    assert "simulated" in total.name
    assert per_product.value == pytest.approx(520_000 / 264_192)
    assert first.value == pytest.approx(4096 / (640 * 128))
    assert first.against == "4,096 cycles, 81,920 products"
    assert len(others) == 9
    assert all("640 to" not in row.name for row in others)


def test_conversions_are_told_per_element() -> None:
    to_int8, to_float = bench_runtime.conversion_rows(run(1))
    assert (to_int8.value, to_int8.goal, to_int8.missed) == (12.5, 12, True)
    assert (to_float.value, to_float.goal, to_float.missed) == (pytest.approx(7.8125), 8, False)
    assert to_float.ratio == pytest.approx(7.8125 / 147)


def test_the_int8_form_has_the_fully_connected_layers_only() -> None:
    model = bench_runtime.int8_ends(FLOATS)
    assert [operator.opcode for operator in model.operators] == ["FULLY_CONNECTED"] * 10
    assert (model.input.type, model.input.shape) == ("int8", (1, 640))
    assert (model.output.type, model.output.shape) == ("int8", (1, 640))


def test_stack_is_that_of_the_virtual_board_below_the_worst_case(simulator_image: Path) -> None:
    started, inference, worst = bench_runtime.stack(SimpleNamespace(elf=simulator_image))
    assert 0 < started.value < worst.value < worst.goal == 0.75 * 7168
    assert 0 < inference.value < worst.value
    assert not any(row.missed for row in (started, inference, worst))


def test_flash_is_the_sum_of_the_runtimes_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"earshot_tflm": 20_000, "kernels_mvp": 5_000, "earshot_console": 99_999}
    monkeypatch.setattr(bench_runtime.link_map, "flash_by_library", lambda *_: sizes)
    total, *rows = bench_runtime.flash(SimpleNamespace(elf=Path("earshot.elf")))
    assert (total.value, total.goal, total.missed) == (25_000, 24_576, True)
    assert {row.name: row.value for row in rows}["flash: mvp_driver"] == 0
