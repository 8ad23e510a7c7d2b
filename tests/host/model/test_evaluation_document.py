import json
from pathlib import Path

import numpy as np
import pytest

from host.data.layout import Dataset, scan
from host.errors import ModelError
from host.model import evaluation, evaluation_document
from host.model.evaluation import ChosenWindows, ScoredClips, ScoredModel
from host.model.operating_point import FalsePositiveRate
from host.model.run_folder import RunFolder

SCORES = np.array([3.0, 1.5, 1.0, 2.0, 1.0 / 3.0, 5.0])
"""Of the clips sorted by name: anomalous 01 twice, normal 01 twice, normal 02 twice."""

FOURTEEN = ChosenWindows(0, 14)
CRITERION = FalsePositiveRate()


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    folder = tmp_path / "data" / "test"
    folder.mkdir(parents=True)
    for name in ("normal_id_01", "anomaly_id_01", "normal_id_02"):
        for number in range(2):
            (folder / f"{name}_{number:08}.wav").write_bytes(b"")
    return scan(tmp_path / "data")


@pytest.fixture
def scored(dataset: Dataset) -> ScoredClips:
    models = (
        ScoredModel("float", "f" * 64, SCORES, "tflite-micro 1"),
        ScoredModel("int8", "8" * 64, SCORES + 0.1, "tflite-micro 1"),
        ScoredModel("host", "8" * 64, SCORES + 0.3, "host build 12", "fast", FOURTEEN),
    )
    return ScoredClips(
        dataset.test, 1, models, ScoredModel("int8", "8" * 64, SCORES + 0.2, "tflite-micro 1", None, FOURTEEN)
    )


def write(folder: RunFolder, dataset: Dataset, scored: ScoredClips) -> None:
    evaluation_document.write(folder, dataset, scored, evaluation.measure(scored), CRITERION)


def test_null_is_what_was_not_measured(dataset: Dataset, scored: ScoredClips) -> None:
    document = evaluation_document.document(dataset, scored, evaluation.measure(scored), CRITERION)
    assert document["schema"] == "evaluation/1"
    assert document["dataset"] == {
        "name": "data",
        "fingerprint": dataset.fingerprint,
        "synthetic": False,
        "clips": 6,
        "skipped_clips": 1,
    }
    assert set(document["results"]) == {"float", "int8", "host", "simulated", "device"}
    assert [name for name, result in document["results"].items() if result is None] == ["simulated", "device"]
    results = document["results"]
    assert results["float"]["auc"] == 5 / 8
    assert results["float"]["per_id"]["01"]["auc"] == 0.75
    assert results["float"]["per_id"]["02"]["auc"] is None
    assert results["float"]["mean_of_ids"]["ids"] == 1
    assert results["float"]["difference"] is None
    assert results["host"]["windows"] == {"first": 0, "step": 14, "count": 14}
    assert results["host"]["difference"]["from"] == "int8"
    assert results["host"]["difference"]["largest_clip_score"] == pytest.approx(0.1 / (1 / 3 + 0.2))
    json.dumps(document, allow_nan=False)


def test_threshold_of_a_model(dataset: Dataset, scored: ScoredClips, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    write(folder, dataset, scored)
    # No normal clip may be flagged: above the highest score, which is a normal clip's.
    assert evaluation_document.threshold(folder.evaluation, "f" * 64) == np.nextafter(5.0, 6)
    assert evaluation_document.threshold(folder.evaluation, "8" * 64) == np.nextafter(5.1, 6)
    assert evaluation_document.threshold(folder.evaluation, "0" * 64) is None
    assert evaluation_document.threshold(tmp_path / "nothing.json", "f" * 64) is None
    folder.evaluation.write_text('{"results": {"float": {"auc": 1}}}')
    with pytest.raises(ModelError, match="evaluate again"):
        evaluation_document.threshold(folder.evaluation, "f" * 64)


def test_scores_are_found_again(dataset: Dataset, scored: ScoredClips, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    assert evaluation_document.earlier_scores(folder, dataset) is None
    write(folder, dataset, scored)
    found = evaluation_document.earlier_scores(folder, dataset)
    assert found is not None
    assert (found.clips, found.skipped) == (scored.clips, 1)
    assert scored.sampled is not None
    assert found.sampled is not None
    for before, after in zip((*scored.models, scored.sampled), (*found.models, found.sampled), strict=True):
        np.testing.assert_array_equal(before.scores, after.scores)
        assert (before.source, before.sha256, before.runtime) == (after.source, after.sha256, after.runtime)
        assert (before.kernel, before.windows, before.score) == (after.kernel, after.windows, after.score)


def test_scores_of_other_recordings_are_not(dataset: Dataset, scored: ScoredClips, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    write(folder, dataset, scored)
    dataset.test[0].path.write_bytes(b"changed")
    assert evaluation_document.earlier_scores(folder, scan(dataset.root)) is None


@pytest.mark.parametrize("text", ["{", "{}", '{"schema": "evaluation/0"}', "[]"])
def test_a_damaged_document_counts_as_none(
    dataset: Dataset, scored: ScoredClips, tmp_path: Path, text: str
) -> None:
    folder = RunFolder(tmp_path / "run")
    write(folder, dataset, scored)
    folder.evaluation.write_text(text)
    assert evaluation_document.earlier_scores(folder, dataset) is None


def test_plots_of_what_was_not_scored_again_go(dataset: Dataset, scored: ScoredClips, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    write(folder, dataset, scored)
    assert {path.name for path in folder.path.glob("*.png")} == {
        "scores_float.png",
        "scores_int8.png",
        "scores_host.png",
        "roc.png",
    }
    normal = tuple(clip for clip in scored.clips if not clip.label)
    model = ScoredModel("float", "f" * 64, SCORES[2:])
    write(folder, dataset, ScoredClips(normal, 0, (model,)))
    assert {path.name for path in folder.path.glob("*.png")} == {"scores_float.png"}
    assert json.loads(folder.evaluation.read_text())["results"]["float"]["auc"] is None
