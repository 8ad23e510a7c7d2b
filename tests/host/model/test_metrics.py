import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.errors import DataError
from host.model import metrics

KERAS, FLOAT, INT8 = "", "tflite_", "tflite_quant_fullint_micro_"


def published_scores(shared: Path, model: str, machine_id: str) -> dict[str, float]:
    name = f"{model}anomaly_score_ToyCar_id_{machine_id}.csv"
    with (shared / "data" / "mlperf_tiny" / "results" / name).open() as file:
        return {row[0]: float(row[1]) for row in csv.reader(file)}


def arrays(scores: dict[str, float]) -> tuple[metrics.Labels, metrics.Scores]:
    labels = [int(name.startswith("anomaly")) for name in scores]
    return np.array(labels), np.array(list(scores.values()))


def all_scores(shared: Path, model: str) -> dict[str, float]:
    return {
        name: score
        for machine_id in ("01", "02", "03", "04")
        for name, score in published_scores(shared, model, machine_id).items()
    }


def listed(shared: Path, model: str, label_file: str) -> tuple[metrics.Labels, metrics.Scores]:
    scores = all_scores(shared, model)
    with (shared / "data" / "mlperf_tiny" / label_file).open() as file:
        rows = [(row[0].replace("_hist_librosa.bin", ".wav"), int(row[2])) for row in csv.reader(file)]
    return np.array([label for _, label in rows]), np.array([scores[name] for name, _ in rows])


# Pooled figures of the published scores, computed independently of this project.
@pytest.mark.parametrize(
    ("model", "label_file", "auc", "runner_percent"),
    [
        (KERAS, "y_labels.csv", 0.880423, 80.1),
        (KERAS, "y_labels_alt.csv", 0.871142, 83.3),
        (FLOAT, "y_labels.csv", 0.902910, 80.9),
        (FLOAT, "y_labels_alt.csv", 0.889660, 82.5),
        (INT8, "y_labels.csv", 0.861442, 78.0),
        (INT8, "y_labels_alt.csv", 0.855710, 82.6),
    ],
)
def test_published_benchmark_lists(
    shared: Path, model: str, label_file: str, auc: float, runner_percent: float
) -> None:
    labels, scores = listed(shared, model, label_file)
    assert metrics.auc(labels, scores) == pytest.approx(auc, abs=5e-7)
    assert round(100 * metrics.runner_accuracy(labels, scores), 1) == runner_percent


@pytest.mark.parametrize(("model", "auc"), [(KERAS, 0.875152), (FLOAT, 0.886940), (INT8, 0.850414)])
def test_published_scores_of_all_clips(shared: Path, model: str, auc: float) -> None:
    labels, scores = arrays(all_scores(shared, model))
    assert len(labels) == 2459
    assert metrics.auc(labels, scores) == pytest.approx(auc, abs=5e-7)


@pytest.mark.parametrize("model", [KERAS, FLOAT, INT8])
def test_published_results_by_machine(shared: Path, model: str) -> None:
    with (shared / "data" / "mlperf_tiny" / "results" / f"{model}result.csv").open() as file:
        rows = [row for row in csv.reader(file) if row and row[0] in ("01", "02", "03", "04")]
    assert len(rows) == 4
    for machine_id, auc, pauc in rows:
        labels, scores = arrays(published_scores(shared, model, machine_id))
        assert metrics.auc(labels, scores) == pytest.approx(float(auc), abs=1e-12)
        assert metrics.partial_auc(labels, scores) == pytest.approx(float(pauc), abs=1e-12)


@pytest.mark.parametrize(
    ("labels", "scores", "expected"),
    [
        ([0, 1], [1, 2], 1.0),
        ([1, 0], [1, 2], 0.5),
        ([0, 0, 1, 1], [1, 3, 2, 4], 0.75),
        ([0, 0, 0, 1], [5, 5, 5, 5], 0.75),  # equal scores: everything normal
        ([0, 1, 1, 1], [5, 5, 5, 5], 0.75),  # everything anomalous
    ],
)
def test_accuracy(labels: list[int], scores: list[float], expected: float) -> None:
    assert metrics.accuracy(np.array(labels), np.array(scores, dtype=float)) == expected


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), min_size=1, max_size=30))
def test_accuracy_is_the_best_over_all_thresholds(clips: list[tuple[int, int]]) -> None:
    labels, scores = np.array([c[0] for c in clips]), np.array([float(c[1]) for c in clips])
    by_trying = max(np.mean((scores >= t) == labels) for t in [*scores, np.inf])
    assert metrics.accuracy(labels, scores) == pytest.approx(by_trying)


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(-1e6, 1e6)), min_size=1, max_size=30))
def test_runner_accuracy_is_a_fraction(clips: list[tuple[int, float]]) -> None:
    labels = np.array([1] + [c[0] for c in clips])
    scores = np.array([0.0] + [c[1] for c in clips])
    assert 0 < metrics.runner_accuracy(labels, scores) <= 1


def test_interval_has_the_width_that_theory_gives() -> None:
    random = np.random.default_rng(1)
    labels = np.repeat([0, 1], 150)
    scores = random.standard_normal(300) + labels
    interval = metrics.auc_interval(labels, scores)
    area = metrics.auc(labels, scores)
    # Hanley and McNeil (1982), standard error of an AUC.
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + 149 * (q1 - area**2) + 149 * (q2 - area**2)) / 150**2
    assert interval.low < area < interval.high
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * math.sqrt(variance), rel=0.15)


def test_interval_repeats_itself_and_knows_perfection() -> None:
    labels, scores = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    interval = metrics.auc_interval(labels, scores)
    assert interval == metrics.auc_interval(labels, scores)
    assert interval.low == pytest.approx(1)
    assert interval.high == pytest.approx(1)


def test_measure_collects_all() -> None:
    labels, scores = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    figures = metrics.measure(labels, scores)
    assert (figures.clips, figures.auc, figures.pauc, figures.accuracy) == (4, 1.0, 1.0, 1.0)
    assert figures.runner_accuracy == 1.0


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([0, 0], [1.0, 2.0], "2 normal and 0 anomalous"),
        ([1], [1.0], "0 normal and 1 anomalous"),
        ([0, 1], [1.0, math.nan], "infinite or undefined"),
    ],
)
def test_measure_refuses(labels: list[int], scores: list[float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        metrics.measure(np.array(labels), np.array(scores))
