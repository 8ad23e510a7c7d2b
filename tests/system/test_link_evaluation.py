"""`host.evaluate --device` on a served virtual board: the test set's scores are the golden interpreter's."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from host.data import feature_cache, layout, synth
from host.data.features import windows
from host.default_model import PRETRAINED
from host.evaluate import main
from host.link import evaluation_report
from host.model import run_folder
from host.model.run_folder import RunFolder
from host.model.settings import TrainingSettings
from host.sim import inference
from host.tflite import reader
from host.tflite.golden import GoldenInterpreter

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

MODEL = reader.read(PRETRAINED)
CLIPS = 6


@dataclass(frozen=True)
class Clips:
    """A dataset, its features, a run folder that was evaluated on it, and what score_int8 must be by clip."""

    data: Path
    cache: Path
    folder: Path
    golden: dict[str, float]

    @property
    def arguments(self) -> list[str]:
        return ["--data", str(self.data), "--cache", str(self.cache), "--sources", "float", "int8"]


def make(root: Path, settings: synth.Settings) -> Clips:
    synth.generate(root / "data", settings)
    dataset = layout.scan(root / "data")
    features = feature_cache.load(dataset.test, root / "cache")
    interpreter = GoldenInterpreter(PRETRAINED.read_bytes())
    golden = {}
    for clip, frames in zip(features.clips, features.frames, strict=True):
        vectors = windows(rounded(frames))
        differences = vectors.reshape(len(vectors), -1) - interpreter.run(vectors).reshape(len(vectors), -1)
        name = clip.path.relative_to(dataset.root).as_posix()
        golden[name] = float(np.mean(np.square(differences, dtype=np.float64)))
    clips = Clips(root / "data", root / "cache", root / "run", golden)
    make_run(RunFolder(clips.folder), dataset)
    assert main([str(clips.folder), *clips.arguments]) == 0
    return clips


def rounded(frames: np.ndarray) -> np.ndarray:
    """Frames in dB as the model's own operator QUANTIZE would round them."""
    (quantize,) = (operator for operator in MODEL.operators if operator.opcode == "QUANTIZE")
    quantization = MODEL.tensors[quantize.outputs[0]].quantization
    assert quantization is not None
    scale, zero_point = np.float32(quantization.scales[0]), quantization.zero_points[0]
    steps = (frames / scale).astype(np.float64)
    steps = np.sign(steps) * np.floor(np.abs(steps) + 0.5)  # halves away from zero
    codes = np.clip(steps + zero_point, -128, 127).astype(np.float32)
    return (codes - np.float32(zero_point)) * scale


def make_run(folder: RunFolder, dataset: layout.Dataset) -> None:
    """A run folder of the model that comes along; its float model is the same file."""
    folder.path.mkdir()
    for model in (folder.float_model, folder.int8_model):
        model.write_bytes(PRETRAINED.read_bytes())
    run_folder.write_record(folder, run_folder.record(TrainingSettings(), dataset, 1, "none"))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    settings = synth.Settings(seed=1, ids=("01",), train=1, test_normal=CLIPS // 2, test_anomaly=CLIPS // 2)
    return make(tmp_path_factory.mktemp("few"), settings)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return make(tmp_path_factory.mktemp("whole"), synth.Settings(seed=1, train=1))


@contextmanager
def served(kernel: str, runtime: Path) -> Iterator[str]:
    """Serve the model's image with a kernel; give the port."""
    image = inference.build(MODEL, PRETRAINED, kernel, preset="host-sanitize").elf
    command = [sys.executable, "-m", "host.sim", "serve", str(image), "--speed", "max"]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        port = re.fullmatch(r"serial: (\S+)\n", process.stdout.readline())
        assert port is not None
        while process.stdout.readline() not in ("ready\n", ""):
            pass
        yield port[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def evaluate(clips: Clips, kernel: str, tmp_path: Path) -> None:
    """Score the clips on a board; compare what the command wrote with the golden interpreter."""
    folder = RunFolder(Path(shutil.copytree(clips.folder, tmp_path / "run")))
    with served(kernel, tmp_path) as port:
        options = ["--device", "--port", port, "--baud", "921600"]
        assert main([str(folder.path), *clips.arguments, *options]) == 0
    document = json.loads((folder.path / "evaluation_simulated.json").read_text())
    simulated = document["results"]["simulated"]
    assert (simulated["score"], simulated["kernel"].split()[0]) == ("score_int8", kernel)
    lines = evaluation_report.journal_path(folder).read_text().splitlines()
    scores = {result["clip"]: result["score"] for result in (json.loads(line)["result"] for line in lines)}
    assert scores.keys() == clips.golden.keys()
    names = sorted(scores)
    anomalous = ["anomaly" in name for name in names]
    auc, golden_auc = (
        roc_auc_score(anomalous, [by_name[name] for name in names]) for by_name in (scores, clips.golden)
    )
    assert simulated["auc"] == pytest.approx(auc)
    assert auc == pytest.approx(golden_auc, abs=0.002)
    if kernel == "reference":
        assert scores == pytest.approx(clips.golden, rel=1e-5)
        assert simulated["largest_output_difference"] == 0


@pytest.mark.parametrize("kernel", ["reference", "fast"])
def test_a_few_clips_score_as_the_golden_interpreter_says(kernel: str, few: Clips, tmp_path: Path) -> None:
    evaluate(few, kernel, tmp_path)


def test_a_virtual_board_in_this_process(
    few: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(inference, "build", partial(inference.build, preset="host-sanitize"))
    folder = RunFolder(Path(shutil.copytree(few.folder, tmp_path / "run")))
    options = ["--simulator", "--clips", "2", "--json", str(tmp_path / "copy.json")]
    assert main([str(folder.path), *few.arguments, *options]) == 0
    document = json.loads((tmp_path / "copy.json").read_text())
    assert document == json.loads((folder.path / "evaluation_simulated.json").read_text())
    assert document["results"]["simulated"]["kernel"].startswith("fast")
    assert "simulated: 2 clips, kernel fast" in capsys.readouterr().out
    # What was scored is not scored again.
    assert main([str(folder.path), *few.arguments, *options]) == 0
    assert "2 of them in an earlier run" in capsys.readouterr().out


def test_all_runtimes_stand_side_by_side(
    few: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = RunFolder(Path(shutil.copytree(few.folder, tmp_path / "run")))
    arguments = [str(folder.path), *few.arguments[:4], "--preset", "host-sanitize", "--step", "98"]
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert re.search(r"all machines +float +int8 +build +board +device", text)
    results = json.loads(folder.evaluation.read_text())["results"]
    assert [name for name, result in results.items() if result] == ["float", "int8", "host", "simulated"]
    assert results["host"]["kernel"] == results["simulated"]["kernel"] == "fast"
    # The chip's image computes what the host build does.
    lines = (folder.path / "scores.csv").read_text().splitlines()
    host, simulated = (lines[0].split(",").index(name) for name in ("host", "simulated"))
    for line in lines[1:]:
        row = line.split(",")
        assert float(row[host]) == pytest.approx(float(row[simulated]), rel=1e-5)
    # What was scored is not scored again.
    before = folder.evaluation.read_text()
    assert main(arguments) == 0
    assert folder.evaluation.read_text() == before


@pytest.mark.slow
@pytest.mark.parametrize("kernel", ["reference", "fast"])
def test_the_whole_test_set(kernel: str, whole: Clips, tmp_path: Path) -> None:
    evaluate(whole, kernel, tmp_path)
