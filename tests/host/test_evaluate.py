import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from host.data import feature_cache, layout
from host.errors import BuildError, DataError, FirmwareError, ModelError
from host.evaluate import main
from host.model import evaluation_runtimes, scoring

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
    return [
        str(run),
        "--data",
        str(tiny_run.data),
        "--cache",
        str(tiny_run.cache),
        "--sources",
        "float",
        "int8",
    ]


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
    evaluated_run: Path,
    tiny_run: TinyRun,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = (evaluated_run / "evaluation.json").read_text()
    monkeypatch.setattr(scoring, "score_windows", None)
    main(arguments(evaluated_run, tiny_run))
    output = capsys.readouterr().out
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
    main([*arguments(run, tiny_run), "--data", str(data)])
    assert "(synthetic data)" in capsys.readouterr().out
    assert json.loads((run / "evaluation.json").read_text())["dataset"]["synthetic"] is True


def test_files_that_cannot_be_used_and_missing_clips_are_said(
    run: Path, tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = Path(shutil.copytree(tiny_run.data, tmp_path / "data"))
    (data / "test" / "fan_01.wav").write_bytes(b"")
    counts = {"ids": ["01", "02"], "train": 3, "test_normal": 4, "test_anomaly": 5}
    (data / "dataset.json").write_text(json.dumps({"name": "synthetic", **counts}))
    main([*arguments(run, tiny_run), "--data", str(data)])
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
    with pytest.raises(DataError, match=r"no labelled test clips .*: python -m host\.score"):
        main([str(run), "--data", str(tmp_path / "data"), "--cache", str(tiny_run.cache)])


def test_a_model_of_one_machine_is_evaluated_on_its_clips(run: Path, tiny_run: TinyRun) -> None:
    record = json.loads((run / "settings.json").read_text())
    record["dataset"]["machine_id"] = "02"
    (run / "settings.json").write_text(json.dumps(record))
    assert main(arguments(run, tiny_run)) == 0
    document = json.loads((run / "evaluation.json").read_text())
    assert document["dataset"]["clips"] == 8
    assert set(document["results"]["int8"]["per_id"]) == {"02"}


def test_threshold_by_cost(evaluated_run: Path, run: Path, tiny_run: TinyRun, tmp_path: Path) -> None:
    for name in ("evaluation.json", "scores.csv"):
        shutil.copy(evaluated_run / name, run / name)
    assert main([*arguments(run, tiny_run), "--cost", "1:5", "--json", str(tmp_path / "copy.json")]) == 0
    document = json.loads((tmp_path / "copy.json").read_text())
    assert document["threshold_criterion"] == "least cost at 1:5 (false alarm : missed anomaly)"
    found = document["results"]["int8"]["threshold"]
    assert (found["recall"], found["precision"], found["false_positive_rate"]) == (1.0, 1.0, 0.0)


def test_clips_of_one_kind_are_one_line_and_no_crash(
    run: Path, tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = Path(shutil.copytree(tiny_run.data, tmp_path / "data"))
    for path in (data / "test").glob("anomaly*"):
        path.unlink()
    assert main([*arguments(run, tiny_run), "--data", str(data)]) == 0
    captured = capsys.readouterr()
    assert (
        captured.err.count("8 normal and 0 anomalous test clips: AUC, pAUC and accuracy are undefined") == 1
    )
    assert "Accuracy on 8 test clips" in captured.out
    assert json.loads((run / "evaluation.json").read_text())["results"]["int8"]["auc"] is None


def test_only_the_listed_clips(run: Path, tiny_run: TinyRun, tmp_path: Path) -> None:
    names = sorted(path.name for path in (tiny_run.data / "test").iterdir())[::3]
    stems = [name.removesuffix(".wav") for name in names]
    lines = [f"{stem}_hist_librosa.bin,2,{int(stem.startswith('anomaly'))},2560,512\n" for stem in stems]
    (tmp_path / "y_labels.csv").write_text("".join(lines))
    assert main([*arguments(run, tiny_run), "--labels", str(tmp_path / "y_labels.csv")]) == 0
    rows = (run / "scores.csv").read_text().splitlines()[1:]
    assert sorted(row.split(",")[0] for row in rows) == [f"test/{name}" for name in names]


def test_the_host_build_stands_beside_the_golden_interpreter(
    run: Path, tiny_run: TinyRun, sanitized_host: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--sources", "int8", "host", "--kernel", "reference", "--step", "49"]
    assert main([*arguments(run, tiny_run), *options, "--preset", "host-sanitize"]) == 0
    host = json.loads((run / "evaluation.json").read_text())["results"]["host"]
    assert (host["kernel"], host["windows"]["count"]) == ("reference", 4)
    assert host["runtime"].startswith("host build ")
    # The reference kernel is bit-exact to tflite-micro.
    assert host["difference"] == {
        "from": "int8",
        "auc": 0.0,
        "auc_ci95": [0.0, 0.0],
        "largest_clip_score": 0.0,
    }
    assert "host build: every 49th window of each clip, 4 of 196" in capsys.readouterr().out


def test_firmware_that_cannot_be_had_is_a_warning(
    run: Path, tiny_run: TinyRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BuildError("no compiler")

    monkeypatch.setattr(evaluation_runtimes, "host_build", fail)
    monkeypatch.setattr(evaluation_runtimes, "virtual_board", fail)
    assert main(arguments(run, tiny_run)[:-3]) == 0
    errors = capsys.readouterr().err
    assert "warning: no scores of host: no compiler" in errors
    assert "warning: no scores of simulated: no compiler" in errors
    results = json.loads((run / "evaluation.json").read_text())["results"]
    assert [name for name, result in results.items() if result] == ["float", "int8"]
    with pytest.raises(FirmwareError, match="not every one of --sources"):
        main([*arguments(run, tiny_run), "host"])
