import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
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


# benchmark.md, pooled and by-id figures: means over the four machines, to the four digits printed there.
@pytest.mark.parametrize(
    ("model", "auc", "pauc"), [(KERAS, 0.8644, 0.7469), (FLOAT, 0.8760, 0.7641), (INT8, 0.8415, 0.7218)]
)
def test_published_means_over_machines(shared: Path, model: str, auc: float, pauc: float) -> None:
    by_machine = [arrays(published_scores(shared, model, f"0{machine}")) for machine in range(1, 5)]
    aucs = [metrics.auc(labels, scores) for labels, scores in by_machine]
    paucs = [metrics.partial_auc(labels, scores) for labels, scores in by_machine]
    assert round(float(np.mean(aucs)), 4) == auc
    assert round(float(np.mean(paucs)), 4) == pauc


@pytest.mark.parametrize("model", [KERAS, FLOAT, INT8])
def test_intervals_of_published_scores_hold_the_published_figures(shared: Path, model: str) -> None:
    labels, scores = listed(shared, model, "y_labels.csv")
    figures = metrics.measure(labels, scores)
    assert figures.auc is not None
    assert figures.auc_ci95 is not None
    assert figures.auc_ci95.low < figures.auc < figures.auc_ci95.high
    # Hanley and McNeil (1982) for 140 normal and 108 anomalous clips and areas of 0.86 to 0.90: 0.08 to 0.09.
    assert 0.06 < figures.auc_ci95.high - figures.auc_ci95.low < 0.11


@pytest.mark.parametrize(
    ("labels", "scores", "expected"),
    [
        ([0, 1], [1, 2], 1.0),
        ([1, 0], [1, 2], 0.5),
        ([0, 0, 1, 1], [1, 3, 2, 4], 0.75),
        # Equal scores leave one threshold, which calls all anomalous.
        ([0, 0, 0, 1], [5, 5, 5, 5], 0.25),
        ([0, 1, 1, 1], [5, 5, 5, 5], 0.75),
        # The highest score is no threshold: all normal is never the answer.
        ([0, 0, 0], [1, 2, 3], 2 / 3),
    ],
)
def test_accuracy(labels: list[int], scores: list[float], expected: float) -> None:
    assert metrics.accuracy(np.array(labels), np.array(scores, dtype=float)) == pytest.approx(expected)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1000, width=16)), min_size=1, max_size=12))
def test_accuracy_is_the_best_of_the_published_thresholds(clips: list[tuple[int, float]]) -> None:
    labels, scores = np.array([c[0] for c in clips]), np.array([float(c[1]) for c in clips])
    low, high = min(scores), max(scores)
    tried = np.arange(low, high, (high - low) / 100) if high > low else [low]
    by_trying = max(sum((score >= t) == (label == 1) for label, score in clips) / len(clips) for t in tried)
    assert metrics.accuracy(labels, scores) == pytest.approx(by_trying)


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(-1e6, 1e6)), min_size=1, max_size=30))
def test_runner_accuracy_is_a_fraction(clips: list[tuple[int, float]]) -> None:
    labels = np.array([1] + [c[0] for c in clips])
    scores = np.array([0.0] + [c[1] for c in clips])
    assert 0 < metrics.runner_accuracy(labels, scores) <= 1


def test_measure_collects_all() -> None:
    labels, scores = np.array([0, 0, 0, 1, 1]), np.array([1.0, 2.0, 2.5, 3.0, 4.0])
    figures = metrics.measure(labels, scores)
    assert (figures.clips, figures.auc, figures.pauc, figures.accuracy) == (5, 1.0, 1.0, 1.0)
    assert (figures.runner_accuracy, figures.majority) == (1.0, 0.6)
    assert figures.auc_ci95 is not None
    assert figures.auc_ci95.high == pytest.approx(1)


@pytest.mark.parametrize("labels", [[0, 0], [1, 1]])
def test_one_kind_of_clips_leaves_the_figures_undefined(labels: list[int]) -> None:
    figures = metrics.measure(np.array(labels), np.array([1.0, 2.0]))
    assert (figures.clips, figures.majority) == (2, 1.0)
    assert figures.auc is None
    assert figures.auc_ci95 is None
    assert figures.pauc is None
    assert figures.accuracy is None
    assert figures.runner_accuracy is None


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [([], [], "no scored clips"), ([0, 1], [1.0, math.nan], "infinite or undefined")],
)
def test_measure_refuses(labels: list[int], scores: list[float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        metrics.measure(np.array(labels, dtype=int), np.array(scores))
