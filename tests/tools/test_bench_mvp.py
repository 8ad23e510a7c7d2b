"""Rows of `tools/bench mvp` that need no long run: cycles against the limit, conversions, scores."""

from pathlib import Path
from types import SimpleNamespace

import bench_mvp
import numpy as np
import pytest
import tflite_models

from host.errors import BuildError
from host.firmware_build.loop_cost import LoopCost
from host.tflite import reader


def test_the_limit_is_half_a_cycle_per_product(sanitized_host: Path) -> None:
    model = reader.parse(tflite_models.chain(40, [tflite_models.Layer(8)]), "small")
    rows = {row.name: row for row in bench_mvp.cycles(model, sanitized_host)}
    fast = rows["ten layers, fast: device-flash, weights in flash"]
    baseline = rows["ten layers, baseline: device-flash, weights in flash"]
    limit = rows["ten layers, fast, ratio to the limit: device-flash, weights in flash"]
    assert fast.ratio == pytest.approx(fast.value / baseline.value)
    assert limit.value == pytest.approx(fast.value / (40 * 8 / 2))
    assert limit.against == "160 cycles, half a cycle per MAC"


def test_conversions_are_counted_from_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_mvp.image, "build", lambda *_, **__: SimpleNamespace(elf=Path("earshot.elf")))
    monkeypatch.setattr(bench_mvp.loop_cost, "measure", lambda _, function, __: LoopCost(function, (), 84, 8))
    to_int8, to_float = bench_mvp.conversions()
    assert (to_int8.value, to_int8.goal, to_int8.missed) == (10.5, 12, False)
    assert (to_float.value, to_float.goal, to_float.missed) == (10.5, 8, True)


def test_without_a_compiler_the_conversions_have_no_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BuildError("no compiler")

    monkeypatch.setattr(bench_mvp.image, "build", fail)
    assert bench_mvp.conversions() == []
    assert "warning: no figures of the conversions: no compiler" in capsys.readouterr().err


def test_the_auc_differs_by_an_amount_not_a_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = [0, 0, 1, 1]
    windows = {"reference": [1.0, 3.0, 2.0, 4.0], "fast": [1.0, 2.0, 3.0, 4.0]}  # AUC 0.75 and 1
    features = SimpleNamespace(clips=[SimpleNamespace(label=label) for label in labels], frames=None)
    monkeypatch.setattr(bench_mvp, "_features", lambda _: features)
    monkeypatch.setattr(
        bench_mvp.native_scoring,
        "window_scores",
        lambda model, frames, kernel, executable, step: np.array(windows[kernel])[:, None],
    )
    reference, difference, correlation = bench_mvp.scores(None, None)
    assert reference.value == 0.75
    assert (difference.value, difference.goal, difference.ratio) == (0.25, 0.001, None)
    assert difference.missed
    assert correlation.value == pytest.approx(0.8)
