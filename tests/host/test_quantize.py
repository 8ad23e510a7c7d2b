import json
from pathlib import Path

import numpy as np
import pytest

from host.errors import ModelError, UsageError
from host.quantize import main
from host.tflite import reader


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
    ],
)
def test_arguments_that_do_not_fit(run_copy: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        main([str(run_copy), *arguments])
