"""Rows of `tools/bench data` for training, from made-up measurements; one tiny training."""

from pathlib import Path

import bench_training
import numpy as np
import pytest
from bench_training import Measured


def test_rows_have_the_goals_and_the_share_of_waiting() -> None:
    measured = {"thread": Measured(5.0, 0.25, 900.0), "tf.data": Measured(25.0, 5.0, 900.0)}
    rows = {row.name: row for row in bench_training.rows(measured, Measured(0, 0, 1500.4))}
    epoch = rows["training: an epoch over 1,000 clips, 196,000 windows (thread)"]
    assert (epoch.value, epoch.unit, epoch.goal, epoch.missed) == (5.0, "s", 20, False)
    assert rows["training: an epoch over 1,000 clips, 196,000 windows (tf.data)"].value == 25
    assert rows["training: waiting for input (tf.data)"].value == pytest.approx(20.0)
    assert rows["training: waiting for input (thread)"].value == pytest.approx(5.0)
    assert rows["training: windows per second (thread)"].value == pytest.approx(39_200)
    memory = rows["training: peak memory with 7,000 clips"]
    assert (memory.value, memory.goal, memory.missed) == (1500, 2048, False)
    assert {row.group for row in rows.values()} == {"data"}


def test_a_training_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "frames.npy"
    np.save(path, np.random.default_rng(0).normal(-29, 10, (3, 200, 128)).astype(np.float32))
    whole = bench_training._train(path, "thread", 1, 0)
    assert 0 <= whole.waited < whole.seconds
    assert 100 < whole.peak < 100_000
    assert bench_training._train(path, "thread", 1, 1).seconds == 0
