"""`tools/bench data`: its rows, on few clips, and that both ways compute the same."""

from pathlib import Path

import bench_data
import numpy as np
import pytest


def test_rows_and_goals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("CLIPS", 6), ("ROUNDS", 1), ("CACHED_CLIPS", 4), ("SECONDS", 8)):
        monkeypatch.setattr(bench_data, name, value)
    rows = {result.name: result for result in bench_data.bench()}
    assert {result.group for result in rows.values()} == {"data"}
    speed, ratio, deviation = list(rows.values())[:3]
    assert (speed.goal, speed.better, speed.unit) == (1500.0, "higher", "x real time")
    assert (ratio.goal, ratio.better, ratio.ratio) == (2.0, "higher", ratio.value)
    assert deviation.goal == 1e-4
    assert not deviation.missed
    assert rows["features of 4 clips, from the cache"].value > 0
    assert not rows["largest memory of this process so far"].missed


def test_both_ways_give_the_same_features(tmp_path: Path) -> None:
    (path,) = bench_data.recordings(tmp_path, 1)
    assert bench_data.ours(path).shape == (200, 128)
    np.testing.assert_allclose(bench_data.ours(path), bench_data.with_librosa(path), rtol=0, atol=1e-4)
