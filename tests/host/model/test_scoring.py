import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.data import features
from host.errors import HostError, ModelError
from host.model import scoring
from host.project import ROOT
from host.tflite.golden import GoldenInterpreter, TensorDetails

INT8 = TensorDetails(np.dtype(np.int8), (1, 640), 0.5, -10)


@pytest.fixture
def published(shared: Path) -> Path:
    return shared / "data" / "mlperf_tiny"


@pytest.fixture
def sample(published: Path) -> scoring.Frames:
    return features.read_bin(published / "normal_id_01_00000000_hist_librosa.bin")


# Known answers of TensorFlow Lite Micro on the only published feature file.
@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("ad01_int8.tflite", (11.6762, 12.0007, 11.4530, 10.2645)),
        ("ad01_fp32.tflite", (11.0939, 11.6986, 10.8799, 9.7071)),
    ],
)
def test_known_window_scores(
    published: Path, sample: scoring.Frames, model: str, expected: tuple[float, ...]
) -> None:
    interpreter = GoldenInterpreter((published / model).read_bytes())
    scores = scoring.window_scores(interpreter, features.windows(sample))
    assert scores.shape == (196,)
    measured = (scores[0], scores[1], scores[195], scores.mean())
    assert measured == pytest.approx(expected, abs=5e-5)


def test_clips_score_alike_in_one_and_in_two_processes(published: Path, sample: scoring.Frames) -> None:
    model = (published / "ad01_int8.tflite").read_bytes()
    frames = np.stack([sample + offset for offset in range(10)]).astype(np.float32)
    counted: list[int] = []
    alone = scoring.score_clips(model, frames, processes=1, on_clips=counted.append)
    together = scoring.score_clips(model, frames, processes=2)
    assert alone[0] == pytest.approx(10.2645, abs=5e-5)
    assert sum(counted) == len(alone) == 10
    np.testing.assert_array_equal(alone, together)


@pytest.mark.parametrize(
    ("chosen", "windows"),
    [(slice(None), range(196)), (slice(0, None, 14), range(0, 196, 14)), (slice(106, None, 196), [106])],
)
def test_chosen_windows_are_scored(
    published: Path, sample: scoring.Frames, chosen: slice, windows: Sequence[int]
) -> None:
    model = (published / "ad01_int8.tflite").read_bytes()
    scores = scoring.score_windows(partial(GoldenInterpreter, model), sample[np.newaxis], chosen, processes=1)
    expected = scoring.window_scores(GoldenInterpreter(model), features.windows(sample)[list(windows)])
    np.testing.assert_array_equal(scores, expected[np.newaxis])


def test_no_clips_have_no_scores() -> None:
    model = ROOT / "host/model/pretrained/synthetic_int8.tflite"
    none = np.zeros((0, 200, 128), np.float32)
    assert scoring.score_clips(model.read_bytes(), none).shape == (0,)


def test_a_process_that_is_ended_from_outside_is_said() -> None:
    model = (ROOT / "host/model/pretrained/synthetic_int8.tflite").read_bytes()
    frames = np.zeros((20, 200, 128), np.float32)
    with pytest.raises(HostError, match="was ended from outside"):
        scoring.score_windows(partial(end_this_process, model), frames, processes=2)


def end_this_process(_: bytes) -> GoldenInterpreter:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


SCORE_MANY = """
import sys
from pathlib import Path
import numpy as np
from host import cli
from host.model import scoring
frames = np.zeros((400, 200, 128), np.float32)
cli.run(lambda _: scoring.score_clips(Path(sys.argv[1]).read_bytes(), frames, processes=2) is None)
"""


def test_ctrl_c_while_processes_start_is_one_line() -> None:
    model = ROOT / "host/model/pretrained/synthetic_int8.tflite"
    command = [sys.executable, "-c", SCORE_MANY, str(model)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(children.read_text().split()) < 3:  # the two, and the tracker of their resources
            assert process.poll() is None
            time.sleep(0.001)
        time.sleep(0.05)
        # A terminal's Ctrl-C reaches all processes of the group.
        os.killpg(process.pid, signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, errors) == (130, "interrupted\n")


def test_another_model_than_an_autoencoder_of_windows(published: Path) -> None:
    interpreter = GoldenInterpreter((published / "ad01_int8.tflite").read_bytes())
    with pytest.raises(ModelError, match="an autoencoder of 320 float32 or int8 values is needed"):
        scoring.window_scores(interpreter, np.zeros((1, 320), np.float32))


@pytest.mark.parametrize(
    ("value", "quantized"),
    [(0.0, -10), (0.25, -9), (-0.25, -11), (0.24, -10), (0.75, -8), (-0.75, -12), (1e6, 127), (-1e6, -128)],
)
def test_quantize_rounds_half_away_from_zero_and_saturates(value: float, quantized: int) -> None:
    assert scoring.quantize(np.array([value], np.float32), INT8).tolist() == [quantized]


@given(st.floats(-59, 68, width=32))
def test_quantization_errs_by_half_a_step_at_most(value: float) -> None:
    values = np.array([value], np.float32)
    back = scoring.dequantize(scoring.quantize(values, INT8), INT8)
    assert abs(float(back[0]) - value) <= 0.25 + 1e-6


def test_float_tensors_are_left_alone() -> None:
    details = TensorDetails(np.dtype(np.float32), (1, 640), None, None)
    values = np.array([1.5, -2.5], np.float32)
    np.testing.assert_array_equal(scoring.quantize(values, details), values)
    np.testing.assert_array_equal(scoring.dequantize(values, details), values)
