import json
from pathlib import Path

import numpy as np
import pytest

from host.data.layout import Clip, Dataset, scan
from host.errors import DataError, ModelError
from host.model import evaluation
from host.model.evaluation import ModelFile, ScoredClips, ScoredModel
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


def test_figures_by_machine_and_over_all(scored: ScoredClips) -> None:
    (result,) = evaluation.measure(scored)
    first, second = result.machines
    assert (first.machine_id, first.clips) == ("01", 4)
    assert first.metrics is not None
    assert first.metrics.auc == 0.75
    assert (second.machine_id, second.clips, second.metrics) == ("02", 2, None)
    assert result.overall.auc == 5 / 8


def test_document_has_null_for_what_was_not_measured(dataset: Dataset, scored: ScoredClips) -> None:
    document = evaluation.document(dataset, scored, evaluation.measure(scored))
    assert document["schema"] == "evaluation/1"
    assert document["dataset"] == {
        "name": "data",
        "fingerprint": dataset.fingerprint,
        "synthetic": False,
        "clips": 6,
        "skipped_clips": 1,
    }
    assert set(document["results"]) == {"float", "int8", "host", "simulated", "device"}
    assert [name for name, result in document["results"].items() if result is None] == [
        "int8",
        "host",
        "simulated",
        "device",
    ]
    assert document["results"]["float"]["auc"] == 5 / 8
    assert document["results"]["float"]["per_id"]["02"]["auc"] is None
    json.dumps(document, allow_nan=False)


def test_scores_are_found_again_only_for_equal_models_and_recordings(
    dataset: Dataset, scored: ScoredClips, tmp_path: Path
) -> None:
    model = ModelFile("float", b"a model")
    scored = ScoredClips(scored.clips, 1, (ScoredModel("float", model.sha256, scored.models[0].scores),))
    folder = RunFolder(tmp_path / "run")
    assert evaluation.earlier_scores(folder, dataset, [model]) is None
    evaluation.write(folder, dataset, scored, evaluation.measure(scored))
    found = evaluation.earlier_scores(folder, dataset, [model])
    assert found is not None
    assert (found.clips, found.skipped) == (scored.clips, 1)
    np.testing.assert_array_equal(found.models[0].scores, scored.models[0].scores)
    assert evaluation.earlier_scores(folder, dataset, [ModelFile("float", b"another")]) is None
    dataset.test[0].path.write_bytes(b"changed")
    assert evaluation.earlier_scores(folder, scan(dataset.root), [model]) is None
    folder.evaluation.write_text("{")
    assert evaluation.earlier_scores(folder, dataset, [model]) is None


def test_both_kinds_of_test_clips_are_needed(tmp_path: Path) -> None:
    clip(tmp_path, "01", 0, 0)
    with pytest.raises(DataError, match="1 normal and 0 anomalous test clips"):
        evaluation.test_clips(scan(tmp_path))


def test_missing_models_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no .*model_float\.tflite: run python -m host\.quantize"):
        evaluation.model_files(RunFolder(tmp_path))
