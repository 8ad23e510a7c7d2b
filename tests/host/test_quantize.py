import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from host.errors import DataError, ModelError, UsageError
from host.model.quantization import QuantizationSettings
from host.quantization import comparison
from host.quantize import main
from host.tflite import reader

from .conftest import TinyRun


def input_of(path: Path) -> tuple[str, tuple[int, ...]]:
    tensor = reader.read(path).input
    return tensor.type, tensor.shape


def test_first_form_has_the_short_name(quantized_run: Path) -> None:
    assert input_of(quantized_run / "model_float.tflite") == ("float32", (1, 5, 128, 1))
    assert input_of(quantized_run / "model_int8.tflite") == ("float32", (1, 5, 128, 1))
    assert input_of(quantized_run / "model_int8_int8_io.tflite") == ("int8", (1, 640))
    assert not (quantized_run / "model_int8_float_io.tflite").exists()


def test_second_run_finds_everything_done(quantized_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (quantized_run / "model_int8.tflite").stat().st_mtime_ns
    assert main([str(quantized_run), "--io", "float", "--io", "int8", "--calibration", "50"]) == 0
    assert "already quantized" in capsys.readouterr().out
    assert (quantized_run / "model_int8.tflite").stat().st_mtime_ns == before


def test_json_names_the_files(quantized_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    arguments = ["--io", "float", "--io", "int8", "--calibration", "50", "--json", "-"]
    assert main([str(quantized_run), *arguments]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [file["file_bytes"] for file in document["files"]] == [
        (quantized_run / name).stat().st_size
        for name in ("model_float.tflite", "model_int8.tflite", "model_int8_int8_io.tflite")
    ]


@pytest.mark.slow
def test_int8_first_and_per_channel(run_copy: Path) -> None:
    assert main([str(run_copy), "--io", "int8", "--per-channel", "--calibration", "20"]) == 0
    assert input_of(run_copy / "model_int8.tflite") == ("int8", (1, 640))
    model = reader.read(run_copy / "model_int8.tflite")
    quantization = model.tensors[model.operators[0].inputs[1]].quantization
    assert quantization is not None
    assert len(quantization.scales) == 128


def test_a_file_of_another_form_keeps_the_settings_it_was_made_with(
    quantized_run: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(quantized_run, tmp_path / "run")
    assert main([str(run), "--per-channel", "--io", "int8", "--calibration", "20"]) == 0
    card = (run / "model.md").read_text()
    rows = {line.split(" | ")[0]: line for line in card.splitlines() if line.startswith("| model_")}
    assert "| int8: per channel True," in rows["| model_int8.tflite"]
    assert "| made earlier, int8: per channel False," in rows["| model_int8_int8_io.tflite"]
    assert "ranges from 50 windows" in rows["| model_int8_int8_io.tflite"]
    assert main([str(run), "--per-channel", "--io", "int8", "--io", "float", "--calibration", "20"]) == 0
    document = json.loads((run / "quantization.json").read_text())
    assert list(document["earlier_files"]) == ["model_int8_int8_io.tflite"], "still here, still the older one"


def test_a_small_run_is_quantized_with_all_windows_it_has(
    run_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = run_copy / "representative.npy"
    np.save(path, np.load(path)[:392])
    assert main([str(run_copy)]) == 0
    assert json.loads((run_copy / "quantization.json").read_text())["calibration_windows"] == 392
    assert main([str(run_copy), "--calibration", "392"]) == 0
    assert "already quantized" in capsys.readouterr().out
    with pytest.raises(UsageError, match="--calibration is 1000: give 1 to 392"):
        main([str(run_copy), "--calibration", "1000"])


def test_calibration_with_listed_clips_and_the_model_card(
    run_copy: Path, tiny_run: TinyRun, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = run_copy / "calibration.txt"
    clips.write_text("dev_data/ToyCar/train/normal_id_01_00000001.wav\ntrain/normal_id_02_00000000.wav\n")
    cache = ["--cache", str(tiny_run.cache)]
    arguments = [str(run_copy), "--calibration", str(clips), "--equalize", "--correct-bias", *cache]
    assert main(arguments) == 0
    document = json.loads((run_copy / "quantization.json").read_text())
    assert document["settings"] == {"per_channel": False, "equalize": True, "correct_bias": True}
    assert document["calibration_windows"] == 392
    assert document["calibration"]["source"].endswith("drawn over the 2 clips of calibration.txt")
    card = (run_copy / "model.md").read_text()
    assert "equalize True" in card
    assert f"| model_int8.tflite | {(run_copy / 'model_int8.tflite').stat().st_size:,} |" in card
    assert main(arguments) == 0
    assert "already quantized" in capsys.readouterr().out
    clips.write_text("normal_id_09_00000000.wav\n")
    with pytest.raises(DataError, match=r"1 of 1 clips of .* are no training clips here"):
        main([str(run_copy), "--calibration", str(clips), *cache])


def test_comparison_changes_no_model(
    run_copy: Path, tiny_run: TinyRun, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "COMBINATIONS", (QuantizationSettings(per_channel=True),))
    before = {path.name for path in run_copy.iterdir()}
    cache = ["--cache", str(tiny_run.cache)]
    assert main([str(run_copy), "--compare", "--calibration", "50", "--clips", "4", *cache]) == 0
    shown = capsys.readouterr().out
    assert "Ways to quantize: 4 of 16 test clips, ranges from 50 windows" in shown
    assert "per channel" in shown
    assert {path.name for path in run_copy.iterdir()} == {*before, "quantization_comparison.json"}
    document = json.loads((run_copy / "quantization_comparison.json").read_text())
    assert [model["name"] for model in document["models"]] == ["float", "per channel"]
    assert all(0 <= model["auc"] <= 1 for model in document["models"])


def test_comparison_without_the_recordings_has_no_auc(
    run_copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "COMBINATIONS", ())
    settings = json.loads((run_copy / "settings.json").read_text())
    settings["dataset"]["root"] = "/gone"
    (run_copy / "settings.json").write_text(json.dumps(settings))
    figures = run_copy.parent / "figures.json"
    assert main([str(run_copy), "--compare", "--json", str(figures)]) == 0
    assert "warning: no AUC: no dataset folder /gone" in capsys.readouterr().err
    assert json.loads(figures.read_text())["models"][0]["auc"] is None
    with pytest.raises(DataError, match="no dataset folder"):
        main([str(run_copy), "--compare", "--data", "/gone"])


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no run folder .*train first"):
        main([str(tmp_path / "nothing")])


def test_training_that_has_not_finished(run_copy: Path) -> None:
    (run_copy / "model.keras").unlink()
    with pytest.raises(ModelError, match="training has not finished"):
        main([str(run_copy)])


@pytest.mark.parametrize("name", ["model.keras", "representative.npy", "settings.json"])
def test_damaged_files(run_copy: Path, name: str) -> None:
    path = run_copy / name
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ModelError, match=name) as caught:
        main([str(run_copy)])
    assert "\n" not in str(caught.value)
    if name != "settings.json":
        assert str(caught.value).startswith(f"{path} is damaged: run the same host.train command again")
    assert not (run_copy / "model_int8.tflite").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--io", "int8", "--io", "int8"], "asked for once"),
        (["--calibration", "0"], "--calibration is 0: give 1 to 1000, the windows of this run"),
        (["--calibration", "1001"], "--calibration is 1001"),
        (["--clips", "4"], "--clips goes with --compare"),
        (["--compare", "--equalize"], "--compare tries --per-channel, --equalize"),
        (["--compare", "--io", "int8", "--io", "float"], "--compare is of one form"),
    ],
)
def test_arguments_that_do_not_fit(run_copy: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        main([str(run_copy), *arguments])
