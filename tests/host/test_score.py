"""The command on files and streams: time line, exit status, JSON, plot, and files that cannot be used."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import soundfile

from host import evaluate
from host.data import feature_cache, layout
from host.errors import UsageError
from host.model import scoring
from host.score import main

from .conftest import TinyRun


@pytest.fixture(scope="module")
def run(quantized_run: Path, tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with an evaluation, whose threshold tells the clips with a tone from those without."""
    path = Path(shutil.copytree(quantized_run, tmp_path_factory.mktemp("score") / "run"))
    arguments = [str(path), "--data", str(tiny_run.data), "--cache", str(tiny_run.cache)]
    assert evaluate.main([*arguments, "--sources", "float", "int8", "--false-positive-rate", "0"]) == 0
    return path


@pytest.fixture
def golden(run: Path) -> list[str]:
    return ["--model", str(run / "model_int8.tflite"), "--runtime", "golden"]


@pytest.fixture(scope="module")
def normal(tiny_data: Path) -> Path:
    return tiny_data / "test" / "normal_id_01_00000000.wav"


@pytest.fixture(scope="module")
def anomalous(tiny_data: Path) -> Path:
    return tiny_data / "test" / "anomaly_id_01_00000000.wav"


def test_a_normal_recording(golden: list[str], normal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*golden, str(normal)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"model {golden[1]} (tflite-micro {version('tflite-micro')})"
    assert lines[1].startswith(f"{normal}: score by second")
    assert [line.split()[0] for line in lines[2:-1]] == [str(second) for second in range(8)]
    assert lines[-1].startswith(f"{normal}: 8.1 s, 248 windows, score ")
    assert lines[-1].endswith(": normal")
    assert "\x1b" not in "".join(lines)


def test_an_anomalous_recording(
    golden: list[str], anomalous: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*golden, str(anomalous)]) == 3
    lines = capsys.readouterr().out.splitlines()
    # The mean of 196 windows is there when window 195 ends: 195 * 0.032 + 0.192 s.
    assert lines[-1].endswith(": anomalous at 6.4–8.1 s")
    assert [line.split()[0] for line in lines[1:-1] if line.endswith("anomaly")] == ["6", "7"]


def test_scores_are_the_evaluations(
    golden: list[str], run: Path, normal: Path, tiny_run: TinyRun, tmp_path: Path
) -> None:
    assert main([*golden, str(normal), "--json", str(tmp_path / "score.json")]) == 0
    document = json.loads((tmp_path / "score.json").read_text())
    assert (document["schema"], document["score"], document["average_windows"]) == (
        "score/1",
        "score_float",
        196,
    )
    evaluated = json.loads((run / "evaluation.json").read_text())["results"]["int8"]
    assert document["threshold"] == evaluated["threshold"]["value"]
    assert document["model"]["sha256"] == evaluated["model_sha256"]
    (clip,) = [clip for clip in layout.scan(tiny_run.data).test if clip.path == normal]
    frames = feature_cache.load([clip], tiny_run.cache).frames
    expected = scoring.score_clips((run / "model_int8.tflite").read_bytes(), frames, processes=1)
    # The benchmark's 196 windows of a clip are numbers 49 to 244 of the whole recording.
    windows = document["recordings"][0]["window_scores"]
    assert np.mean(windows[49:245]) == pytest.approx(expected[0], rel=1e-6)


def test_bad_recordings_give_one_line_each_and_the_others_are_scored(
    golden: list[str], normal: Path, anomalous: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    samples, _ = soundfile.read(normal, dtype="float32")
    soundfile.write(tmp_path / "fast.wav", samples, 44_100)
    soundfile.write(tmp_path / "stereo.wav", np.stack([samples, samples], axis=1), 16_000)
    soundfile.write(tmp_path / "short.wav", samples[:3071], 16_000)
    (tmp_path / "cut.wav").write_bytes(normal.read_bytes()[:-5])
    (tmp_path / "empty.wav").write_bytes(b"")
    names = ["fast", "stereo", "short", "cut", "empty", "missing"]
    files = [str(tmp_path / f"{name}.wav") for name in names]
    json_file = tmp_path / "score.json"
    assert main([*golden, *files, str(normal), "--json", str(json_file)]) == 1
    captured = capsys.readouterr()
    errors = captured.err.splitlines()
    assert len(errors) == len(files)
    for line, file in zip(errors, files, strict=True):
        assert line.startswith(f"error: {file}: ")
        assert file not in captured.out
    assert "too short: 3071 samples (0.19 s), at least 3072" in errors[2]
    recordings = json.loads(json_file.read_text())["recordings"]
    assert [each["score"] is None for each in recordings] == [True] * 6 + [False]
    assert recordings[0]["error"].startswith("sample rate 44100 Hz")
    # An anomaly is what a script must not miss.
    assert main([*golden, *files, str(anomalous)]) == 3


@pytest.mark.parametrize("raw", [False, True])
def test_a_stream_is_scored_while_it_comes_in(golden: list[str], normal: Path, raw: bool) -> None:
    data = normal.read_bytes()[44 if raw else 0 :]
    command = [sys.executable, "-m", "host.score", *golden, "--mic-file", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(data[: 44 + 3 * 32_000])
        process.stdin.flush()
        # The recorder has not ended yet.
        assert process.stdout.readline().startswith(b"model ")
        assert process.stdout.readline().startswith(b"-: score by second")
        assert process.stdout.readline().split()[:2] == [b"0", b"s"]
        process.stdin.write(data[44 + 3 * 32_000 :])
        process.stdin.close()
        rest = process.stdout.read().decode().splitlines()
    assert process.returncode == 0
    assert rest[-1].startswith("-: 8.1 s, 248 windows")
    assert rest[-1].endswith(": normal")


def test_a_named_pipe_is_a_stream(
    golden: list[str], anomalous: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", str(anomalous), str(pipe)]):
        assert main([*golden, "--mic-file", str(pipe)]) == 3
    assert f"{pipe}: 8.1 s" in capsys.readouterr().out
    assert main([*golden, "--mic-file", str(tmp_path / "none")]) == 1
    assert "none: cannot read it: No such file or directory" in capsys.readouterr().err


def test_the_host_build_scores_alike(run: Path, normal: Path, sanitized_host: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "second.wav", soundfile.read(normal)[0][:16_000], 16_000)
    documents = []
    for options in (["--runtime", "golden"], ["--kernel", "reference", "--preset", "host-sanitize"]):
        json_file = tmp_path / "score.json"
        model = ["--model", str(run / "model_int8.tflite"), *options, "--json", str(json_file)]
        assert main([*model, str(tmp_path / "second.wav")]) == 0
        documents.append(json.loads(json_file.read_text()))
    golden, host = documents
    assert golden["recordings"] == host["recordings"]
    assert host["runtime"] == "host build, kernel reference"


def test_the_float_model_scores_in_tensorflow(run: Path, anomalous: Path, tmp_path: Path) -> None:
    json_file = tmp_path / "score.json"
    assert main(["--model", str(run / "model.keras"), str(anomalous), "--json", str(json_file)]) == 3
    document = json.loads(json_file.read_text())
    assert document["runtime"] == "TensorFlow"
    floats = ["--model", str(run / "model_float.tflite"), "--runtime", "golden"]
    assert main([*floats, str(anomalous), "--json", str(json_file)]) == 3
    expected = json.loads(json_file.read_text())
    assert document["threshold"] == expected["threshold"]
    assert document["recordings"][0]["score"] == pytest.approx(expected["recordings"][0]["score"], rel=1e-4)


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_plot(golden: list[str], normal: Path, anomalous: Path, tmp_path: Path, suffix: str) -> None:
    plot = tmp_path / f"scores.{suffix}"
    assert main([*golden, str(normal), str(anomalous), "--plot", str(plot)]) == 3
    start = {"png": b"\x89PNG", "svg": b"<?xml"}[suffix]
    assert plot.read_bytes().startswith(start)


def test_json_on_standard_output_is_alone_there(
    golden: list[str], normal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*golden, str(normal), "--json", "-", "--threshold", "1e6", "--average", "10"]) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert (document["threshold"], document["average_windows"]) == (1e6, 10)
    assert ": normal" in captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name recordings, or a pipe with --mic-file: one of both"),
        (["a.wav", "--mic-file", "-"], "one of both"),
        (["a.wav", "--runtime", "golden", "--kernel", "fast"], "--kernel goes with --runtime host"),
        (["a.wav", "--model", "m.keras", "--runtime", "host"], "--runtime host does not run m.keras"),
        (["a.wav", "--model", "m.tflite", "--runtime", "keras"], "--runtime keras does not run m.tflite"),
    ],
)
def test_options_that_do_not_fit(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        main(arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--threshold", "0"], "0 is no threshold: a number above 0"),
        (["--threshold", "nan"], "nan is no threshold"),
        (["--average", "0"], "0 is no number of windows"),
        (["--plot", "x.txt"], "x.txt is no .png, .svg or .pdf file"),
    ],
)
def test_options_that_make_no_sense(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["a.wav", *arguments])
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_a_model_without_an_evaluation_needs_a_threshold(quantized_run: Path, normal: Path) -> None:
    model = ["--model", str(quantized_run / "model_int8_int8_io.tflite"), "--runtime", "golden"]
    with pytest.raises(UsageError, match=r"give --threshold, or run python -m host\.evaluate"):
        main([*model, str(normal)])
    assert main([*model, str(normal), "--threshold", "1e6"]) == 0
