"""Clips through a device: the same scores as the golden interpreter's, over resets, and never twice."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_device import FakeDevice
from fake_port import FakePort

from host.data import features
from host.data.layout import Clip
from host.default_model import PRETRAINED
from host.errors import FirmwareError
from host.link import evaluation_report
from host.link.device import Device
from host.link.device_evaluation import Evaluation
from host.link.message import MessageType
from host.model import scoring
from host.tflite import reader
from host.tflite.golden import GoldenInterpreter
from host.tflite.reader import Model

MODEL = reader.read(PRETRAINED)
SCALE, ZERO_POINT = 0.5, 3  # of the fake's window


def fake_of(model: Model) -> FakeDevice:
    """A device that computes with the golden interpreter; its window is dequantized in numpy here."""
    golden = GoldenInterpreter(model.data)
    device = FakeDevice(model=bytes.fromhex(model.sha256))
    device.input_bytes = 640
    device.output_bytes = 2560

    def vector(window: bytes) -> np.ndarray:
        return ((np.frombuffer(window, np.int8).astype(np.float32) - ZERO_POINT) * SCALE)[np.newaxis]

    def infer(window: bytes) -> bytes:
        return golden.run(vector(window)).astype("<f4").tobytes()

    def score(window: bytes) -> float:
        difference = np.frombuffer(infer(window), "<f4").astype(np.float64) - vector(window)[0]
        return float(np.mean(difference**2))

    device.infer, device.score = infer, score
    device.boot()
    return device


FRAMES = np.random.default_rng(2).uniform(-60, 20, (200, 128)).astype(np.float32)


def test_a_clip_has_the_golden_score() -> None:
    evaluation = Evaluation(Device(fake_of(MODEL)), MODEL)
    codes = evaluation.codes(FRAMES)
    result = evaluation.score("clip", codes)
    vectors = features.windows((codes.astype(np.float32) - ZERO_POINT) * np.float32(SCALE))
    expected = scoring.window_scores(GoldenInterpreter(MODEL.data), vectors).mean()
    assert result.score == pytest.approx(expected, rel=1e-6)
    assert (result.windows, result.cycles, result.output_difference) == (196, 1000, 0)
    assert result.score_difference < 1e-6


@pytest.mark.parametrize("when", [1, 3, 100, 201, 215])
def test_a_reset_within_a_clip_is_survived(when: int) -> None:
    fake = fake_of(MODEL)
    evaluation = Evaluation(Device(fake), MODEL)
    codes = evaluation.codes(FRAMES)
    expected = evaluation.score("clip", codes)
    requests = iter(range(1, 10**6))
    fake.before_request = lambda kind: fake.boot() if next(requests) == when else None
    assert evaluation.score("clip", codes) == expected
    assert fake.boots == 3


def test_a_device_without_a_window_is_refused() -> None:
    fake = fake_of(MODEL)
    fake.window = 0
    with pytest.raises(FirmwareError, match="sliding window has 0 values, not 640"):
        Evaluation(Device(fake), MODEL)


def clips(labels: list[int]) -> list[Clip]:
    return [Clip(Path(f"{number}.wav"), "01", "test", label) for number, label in enumerate(labels)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("labels", "count", "names"),
    [
        ([0, 0, 0, 1, 1, 1], 4, ["0", "3", "1", "4"]),
        ([0, 0, 0, 1], 4, ["0", "3", "1", "2"]),
        ([0, 1], 9, ["0", "1"]),
        ([0, 0, 1], None, ["0", "1", "2"]),
    ],
)
def test_few_clips_are_of_both_kinds(labels: list[int], count: int | None, names: list[str]) -> None:
    assert [clip.path.stem for clip in evaluation_report.choose(clips(labels), count)] == names


Run = Callable[..., Path]


def test_the_command_goes_on_where_it_was_ended(
    quantized_run: Path, tiny_data: Path, tiny_run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from host.evaluate import main

    folder = Path(shutil.copytree(quantized_run, tmp_path / "run"))
    fake = fake_of(reader.read(folder / "model_int8.tflite"))
    port = FakePort(fake)
    common = [str(folder), "--data", str(tiny_data), "--cache", str(tiny_run.cache)]
    common += ["--sources", "float", "int8"]
    try:
        arguments = [*common, "--device", "--port", port.path, "--baud", "921600"]
        assert main([*arguments, "--clips", "2"]) == 0
        pushed = fake.served.count(MessageType.PUSH_FRAME)
        assert pushed == 400
        path = tmp_path / "evaluation.json"
        assert main([*arguments, "--clips", "4", "--json", str(path)]) == 0
        assert fake.served.count(MessageType.PUSH_FRAME) == 800
    finally:
        port.close()
    text = capsys.readouterr().out
    assert "2 of them in an earlier run" in text
    assert re.search(
        r"of a window's score_int8 \S+ %; "
        r"of an output value, in each clip's last window, \S+ (dB|int8 steps)\n",
        text,
    )
    assert "score_int8, the other columns: score_float" in text
    document = json.loads(path.read_text())
    assert document == json.loads((folder / "evaluation_simulated.json").read_text())
    result = document["results"]["simulated"]
    assert (result["clips"], result["score"], result["kernel"]) == (4, "score_int8", "fast")
    assert result["largest_score_difference"] < 1e-5
    assert document["results"]["int8"]["clips"] == 4
    assert document["results"]["device"] is None
