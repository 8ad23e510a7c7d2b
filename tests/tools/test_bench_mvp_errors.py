"""The rows of errors in `tools/bench mvp`: what stands beside what, and against which goal."""

import pytest
from bench_mvp_errors import layer_rows, oracle_rows
from bench_result import Result

from host.precision import LayerError


def error(index: int, largest: int, rms: float) -> LayerError:
    return LayerError(index, largest, rms / 2, rms)


BASELINE = (error(2, 3, 0.5), error(3, 1, 0.2), error(4, 0, 0.0))
FAST = (error(2, 1, 0.3), error(3, 1, 0.21), error(4, 0, 0.0))


def by_name(rows: list[Result]) -> dict[str, Result]:
    return {row.name.removeprefix("trained model, "): row for row in rows}


def test_each_layer_has_its_largest_and_its_rms_error_beside_baselines() -> None:
    rows = by_name(layer_rows(BASELINE, FAST))
    largest, rms = rows["layer 2, largest error, fast"], rows["layer 2, rms error, fast"]
    assert (largest.value, largest.goal, largest.ratio) == (1, 1, pytest.approx(1 / 3))
    assert largest.against == "baseline's 3 in the same run"
    assert (rms.value, rms.goal, rms.missed) == (0.3, 0.25, True)  # the first layer's own goal
    other = rows["layer 3, rms error, fast"]
    assert other.goal == pytest.approx(1.1 * 0.2)
    assert not other.missed
    assert rows["layer 4, rms error, fast"].ratio is None  # nothing to compare with
    assert not rows["layer 4, rms error, fast"].missed


def test_the_models_rows_leave_the_first_layer_out_of_the_ratio() -> None:
    rows = by_name(layer_rows(BASELINE, FAST))
    assert rows["largest error of any layer, fast"].value == 1
    assert rows["rms error, layers after the first, worst ratio, fast"].value == pytest.approx(1.05)


def test_a_model_of_one_layer_has_no_ratio_of_others() -> None:
    names = by_name(layer_rows(BASELINE[:1], FAST[:1]))
    assert set(names) == {
        "layer 2, largest error, fast",
        "layer 2, rms error, fast",
        "largest error of any layer, fast",
    }


def test_layers_where_only_fast_has_errors_are_counted() -> None:
    pairs = [(error(0, 1, 0.5), error(0, 2, 0.6)), (error(0, 0, 0.0), error(0, 1, 0.1))]
    ratio, only_fast, larger = oracle_rows(pairs)
    assert ratio.value == pytest.approx(1.2)
    assert ratio.missed
    assert (only_fast.value, only_fast.goal) == (1, 0)
    assert (larger.value, larger.goal) == (2, 0)
