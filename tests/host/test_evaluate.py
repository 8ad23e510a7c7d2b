import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from host.data import feature_cache, layout
from host.errors import DataError, ModelError, UsageError
from host.evaluate import main
from host.model import scoring

from .conftest import TinyRun


@pytest.fixture
def run(quantized_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(quantized_run, tmp_path / "quantized"))


@pytest.fixture(scope="module")
def evaluated_run(quantized_run: Path, tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copytree(quantized_run, tmp_path_factory.mktemp("evaluated") / "run"))
    assert main([*arguments(path, tiny_run), "--json", str(path / "copy.json")]) == 0
    return path


def arguments(run: Path, tiny_run: TinyRun) -> list[str]:
    return [str(run), "--data", str(tiny_run.data), "--cache", str(tiny_run.cache)]


def test_document(evaluated_run: Path) -> None:
    document = json.loads((evaluated_run / "evaluation.json").read_text())
    assert document == json.loads((evaluated_run / "copy.json").read_text())
    assert document["dataset"]["clips"] == 16
    assert set(document["results"]["int8"]["per_id"]) == {"01", "02"}
    # The anomalous clips have a loud tone: float and int8 model must both hear it.
    assert document["results"]["float"]["auc"] == 1.0
    assert document["results"]["int8"]["auc"] == 1.0
    for name in ("scores_float.png", "scores_int8.png", "roc.png", "scores.csv"):
        assert (evaluated_run / name).stat().st_size > 0


def test_second_run_scores_nothing_and_says_the_same(
    evaluated_run: Path, tiny_run: TinyRun, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (evaluated_run / "evaluation.json").read_text()
    main(arguments(evaluated_run, tiny_run))
    output = capsys.readouterr().out
    assert "already scored" in output
    assert "Accuracy on 16 test clips" in output
    assert (evaluated_run / "evaluation.json").read_text() == before


def test_scores_are_those_of_the_clips_in_the_file(evaluated_run: Path, tiny_run: TinyRun) -> None:
    rows = [line.split(",") for line in (evaluated_run / "scores.csv").read_text().splitlines()]
    assert rows[0] == ["clip", "machine_id", "label", "float", "int8"]
    clips = layout.scan(tiny_run.data).test
    features = feature_cache.load(clips[:2], tiny_run.cache)
    model = (evaluated_run / "model_int8.tflite").read_bytes()
    scores = scoring.score_clips(model, features.frames, processes=1)
    assert [row[0] for row in rows[1:3]] == [f"test/{clip.path.name}" for clip in clips[:2]]
    np.testing.assert_array_equal([float(row[4]) for row in rows[1:3]], scores)


def test_synthetic_data_is_called_so(
    run: Path, tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = Path(shutil.copytree(tiny_run.data, tmp_path / "synthetic"))
    (data / "dataset.json").write_text('{"name": "synthetic", "seed": 1}')
    main([str(run), "--data", str(data), "--cache", str(tiny_run.cache)])
    assert "(synthetic data)" in capsys.readouterr().out
    assert json.loads((run / "evaluation.json").read_text())["dataset"]["synthetic"] is True


def test_files_that_cannot_be_used_and_missing_clips_are_said(
    run: Path, tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = Path(shutil.copytree(tiny_run.data, tmp_path / "data"))
    (data / "test" / "fan_01.wav").write_bytes(b"")
    counts = {"ids": ["01", "02"], "train": 3, "test_normal": 4, "test_anomaly": 5}
    (data / "dataset.json").write_text(json.dumps({"name": "synthetic", **counts}))
    main([str(run), "--data", str(data), "--cache", str(tiny_run.cache)])
    errors = capsys.readouterr().err
    assert f"warning: 1 files are no clips of this layout, as {data / 'test/fan_01.wav'}" in errors
    assert f"warning: 2 clips are missing in {data}" in errors


def test_no_run(tiny_run: TinyRun, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no run folder"):
        main(arguments(tmp_path / "nothing", tiny_run))


def test_not_quantized(run_copy: Path, tiny_run: TinyRun) -> None:
    with pytest.raises(ModelError, match=r"model_float\.tflite: run python -m host\.quantize"):
        main(arguments(run_copy, tiny_run))


def test_damaged_model(run: Path, tiny_run: TinyRun) -> None:
    path = run / "model_int8.tflite"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelError, match="int8 model: "):
        main(arguments(run, tiny_run))
    assert not (run / "evaluation.json").exists()


def test_no_test_clips(run: Path, tiny_run: TinyRun, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.data / "train", tmp_path / "data" / "train")
    with pytest.raises(DataError, match="0 normal and 0 anomalous test clips"):
        main([str(run), "--data", str(tmp_path / "data"), "--cache", str(tiny_run.cache)])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--clips", "4"], "--clips goes with --device or --simulator: add one"),
        (["--device", "--kernel", "fast"], "--kernel goes with --simulator: a device has what its image has"),
        (["--simulator", "--port", "/dev/ttyS0"], "--port goes with --device: add it"),
    ],
)
def test_options_that_do_not_fit(options: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        main(["nowhere", "--data", "nowhere", *options])
