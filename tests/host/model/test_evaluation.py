from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from host.data.layout import Clip, Dataset, scan
from host.errors import DataError, ModelError
from host.model import evaluation
from host.model.evaluation import ChosenWindows, ScoredClips, ScoredModel
from host.model.operating_point import Cost
from host.model.run_folder import RunFolder


def clip(root: Path, machine_id: str, label: int, number: int) -> Clip:
    kind = "anomaly" if label else "normal"
    path = root / "test" / f"{kind}_id_{machine_id}_{number:08}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return Clip(path, machine_id, "test", 1 if label else 0)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    root = tmp_path / "data"
    for number in range(2):
        clip(root, "01", 0, number)
        clip(root, "01", 1, number)
        clip(root, "02", 0, number)
    return scan(root)


@pytest.fixture
def scored(dataset: Dataset) -> ScoredClips:
    # Sorted by name: anomalous 01 twice, normal 01 twice, normal 02 twice.
    scores = np.array([3.0, 1.5, 1.0, 2.0, 1.0 / 3.0, 5.0])
    return ScoredClips(dataset.test, 1, (ScoredModel("float", "f" * 64, scores),))


def many(machines: int, clips: int) -> tuple[Clip, ...]:
    """Clips of both kinds in turn, for each machine."""
    return tuple(
        Clip(Path(f"{machine}_{number}.wav"), f"{machine:02}", "test", 1 if number % 2 else 0)
        for machine in range(machines)
        for number in range(clips)
    )


def test_figures_by_machine_and_over_all(scored: ScoredClips) -> None:
    (result,) = evaluation.measure(scored)
    first, second = result.machines
    assert (first.machine_id, first.clips, first.metrics.auc) == ("01", 4, 0.75)
    assert (second.machine_id, second.clips, second.metrics.auc) == ("02", 2, None)
    assert result.overall.auc == 5 / 8
    assert result.means is not None
    assert (result.means.machines, result.means.auc) == (1, 0.75)


def test_means_count_each_machine_once() -> None:
    clips = many(2, 40)[:-20]
    labels = np.array([clip.label for clip in clips])
    scores = np.random.default_rng(3).normal(size=len(clips)) + labels
    (result,) = evaluation.measure(ScoredClips(clips, 0, (ScoredModel("int8", "", scores),)))
    aucs = [roc_auc_score(labels[part], scores[part]) for part in (slice(0, 40), slice(40, 60))]
    paucs = [roc_auc_score(labels[part], scores[part], max_fpr=0.1) for part in (slice(0, 40), slice(40, 60))]
    means = result.means
    assert means is not None
    assert (means.auc, means.pauc) == (pytest.approx(np.mean(aucs)), pytest.approx(np.mean(paucs)))
    assert means.auc_ci95.low < means.auc < means.auc_ci95.high


def test_the_threshold_is_the_criterions(scored: ScoredClips) -> None:
    (result,) = evaluation.measure(scored, Cost(1, 100))
    assert result.threshold is not None
    # All but the scores below both anomalous ones.
    assert result.threshold.point.threshold == 1.25
    assert result.threshold.point.recall == 1.0
    assert result.threshold.point.precision == 0.5


def test_clips_of_one_kind_have_no_areas_but_are_measured(dataset: Dataset) -> None:
    clips = tuple(clip for clip in dataset.test if not clip.label)
    scored = ScoredClips(
        clips, 0, (ScoredModel("float", "", np.arange(4.0)), ScoredModel("int8", "", np.arange(4.0)))
    )
    first, second = evaluation.measure(scored)
    assert first.overall.auc is None
    assert first.means is None
    assert first.threshold is not None  # by false-positive rate: normal clips are enough
    assert (first.threshold.point.recall, first.threshold.recall_ci95) == (None, None)
    assert second.difference is not None
    assert second.difference.auc is None
    assert evaluation.measure(scored, Cost(1, 1))[0].threshold is None


def test_differences_are_taken_on_the_same_windows() -> None:
    clips = many(1, 100)
    labels = np.array([clip.label for clip in clips])
    random = np.random.default_rng(1)
    exact = 10 + random.normal(size=100) + labels
    fewer = exact + random.normal(size=100) / 10
    every = ChosenWindows(0, 14)
    models = (
        ScoredModel("float", "", exact - 0.5),
        ScoredModel("int8", "", exact),
        ScoredModel("host", "", fewer * 1.01, windows=every),
        ScoredModel("device", "", exact),
    )
    sampled = ScoredModel("int8", "", fewer, windows=every)
    float_, int8, host, device = evaluation.measure(ScoredClips(clips, 0, models, sampled))
    assert float_.difference is None
    assert int8.difference is not None
    assert (int8.difference.source, int8.difference.auc) == ("float", 0)
    assert int8.difference.auc_ci95 is not None
    assert int8.difference.auc_ci95.high == pytest.approx(0)
    assert host.difference is not None
    assert (host.difference.source, host.difference.auc) == ("int8", 0)
    assert host.difference.largest_score == pytest.approx(0.01)
    assert device.difference is not None
    assert (device.difference.source, device.difference.largest_score) == ("int8", 0)


def test_a_difference_is_surer_than_its_parts() -> None:
    clips = many(1, 200)
    labels = np.array([clip.label for clip in clips])
    random = np.random.default_rng(2)
    scores = random.normal(size=200) + labels
    other = scores + random.normal(size=200) / 50
    models = (ScoredModel("float", "", scores), ScoredModel("int8", "", other))
    first, second = evaluation.measure(ScoredClips(clips, 0, models))
    assert first.overall.auc_ci95 is not None
    assert second.difference is not None
    assert second.difference.auc_ci95 is not None
    width = first.overall.auc_ci95.high - first.overall.auc_ci95.low
    assert second.difference.auc_ci95.high - second.difference.auc_ci95.low < width / 5


@pytest.mark.parametrize(
    ("chosen", "count"), [(ChosenWindows(), 196), (ChosenWindows(0, 14), 14), (ChosenWindows(106, 196), 1)]
)
def test_windows_are_counted(chosen: ChosenWindows, count: int) -> None:
    assert chosen.count == count
    assert len(np.arange(196)[chosen.slice]) == count


def test_one_kind_of_clips_is_said_in_a_line(dataset: Dataset) -> None:
    assert evaluation.remarks(dataset.test) == ()
    (line,) = evaluation.remarks(dataset.test[:2])
    assert line.startswith("0 normal and 2 anomalous test clips: AUC, pAUC and accuracy are undefined")


def test_undefined_scores_are_refused(scored: ScoredClips) -> None:
    damaged = ScoredClips(scored.clips, 0, (ScoredModel("float", "", np.full(6, np.nan)),))
    with pytest.raises(DataError, match="infinite or undefined"):
        evaluation.measure(damaged)


def test_missing_models_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no .*model_float\.tflite: run python -m host\.quantize"):
        evaluation.model_files(RunFolder(tmp_path))
