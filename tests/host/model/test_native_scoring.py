"""Scores by the firmware: with the reference kernel those of tflite-micro, window by window."""

import dataclasses

import numpy as np
import pytest
import tflite_models

from host import native
from host.data import features
from host.errors import FirmwareError, ModelError
from host.model import native_scoring, scoring
from host.tflite import reader
from host.tflite.golden import GoldenInterpreter

FRAMES = np.random.default_rng(5).uniform(-70, 10, (2, 200, 128)).astype(np.float32)


@pytest.mark.parametrize("model", [tflite_models.autoencoder_int8(), tflite_models.autoencoder_float()])
def test_reference_kernel_scores_as_tflite_micro_does(sanitized_host, model):
    scores = native_scoring.window_scores(reader.parse(model, "m"), FRAMES, "reference", sanitized_host, 7)
    interpreter = GoldenInterpreter(model)
    expected = [scoring.window_scores(interpreter, features.windows(clip)[::7]) for clip in FRAMES]
    assert scores.shape == (2, 28)
    np.testing.assert_array_equal(scores, expected)


# Known answers of TensorFlow Lite Micro on the only published feature file; see test_scoring.py.
@pytest.mark.parametrize(
    ("name", "kernel", "expected", "within"),
    [
        ("ad01_int8", "reference", (11.6762, 12.0007, 11.4530, 10.2645), 5e-5),
        ("ad01_fp32", "reference", (11.0939, 11.6986, 10.8799, 9.7071), 5e-5),
        # Kernel fast rounds otherwise: its scores are near, not equal.
        ("ad01_int8", "fast", (11.6762, 12.0007, 11.4530, 10.2645), 0.2),
    ],
)
def test_known_window_scores(shared, sanitized_host, name, kernel, expected, within):
    published = shared / "data" / "mlperf_tiny"
    frames = features.read_bin(published / "normal_id_01_00000000_hist_librosa.bin")[np.newaxis]
    model = reader.read(published / f"{name}.tflite")
    scores = native_scoring.window_scores(model, frames, kernel, sanitized_host)[0]
    assert (scores[0], scores[1], scores[195], scores.mean()) == pytest.approx(expected, abs=within)


def test_refuses_a_model_of_other_sizes(sanitized_host):
    model = reader.parse(tflite_models.chain(640, [tflite_models.Layer(4)]), "small")
    with pytest.raises(ModelError, match=r"int8 \[1, 4\] at its ends: an autoencoder of 640"):
        native_scoring.window_scores(model, FRAMES, "reference", sanitized_host)


def test_there_are_no_scores_of_a_kernel_that_faulted(sanitized_host, monkeypatch):
    call = native.run
    monkeypatch.setattr(
        native, "run", lambda *args, **options: dataclasses.replace(call(*args, **options), faults=1)
    )
    model = reader.parse(tflite_models.autoencoder_int8(), "m")
    with pytest.raises(FirmwareError, match="no scores of kernel fast: 1 program of the accelerator faulted"):
        native_scoring.window_scores(model, FRAMES, "fast", sanitized_host, 100)
