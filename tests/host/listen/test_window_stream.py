"""The windows of a stream are those of the whole recording, however it is cut."""

from functools import partial

import numpy as np
import pytest
import tflite_models

from host.data import features
from host.listen.window_stream import MIN_SAMPLES, WindowStream
from host.model import scoring
from host.tflite.golden import GoldenInterpreter

SAMPLES = np.random.default_rng(4).uniform(-0.5, 0.5, 160_000).astype(np.float32)
MODEL = tflite_models.autoencoder_int8()


def scores(samples: np.ndarray, piece: int, batch: int) -> np.ndarray:
    stream = WindowStream(GoldenInterpreter(MODEL), batch)
    parts = [stream.push(samples[start : start + piece]) for start in range(0, len(samples), piece)]
    assert stream.samples == len(samples)
    return np.concatenate([*parts, stream.finish()])


def test_the_benchmarks_windows_have_the_benchmarks_scores() -> None:
    found = scores(SAMPLES, 160_000, 1000)
    frames = features.log_mel(SAMPLES, 16_000)
    expected = scoring.score_windows(partial(GoldenInterpreter, MODEL), frames[np.newaxis], processes=1)[0]
    # 311 whole frames of 1,024 samples, hence 307 windows.
    assert len(found) == 307
    np.testing.assert_allclose(found[49:245], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("piece", "batch"), [(100, 31), (512, 1), (1023, 2), (1024, 7), (5000, 31), (9999, 1000)]
)
def test_pieces_change_nothing(piece: int, batch: int) -> None:
    samples = SAMPLES[:40_000]
    np.testing.assert_allclose(scores(samples, piece, batch), scores(samples, 40_000, 1000), rtol=1e-6)


@pytest.mark.parametrize(
    ("samples", "windows"),
    [(0, 0), (1023, 0), (MIN_SAMPLES - 1, 0), (MIN_SAMPLES, 1), (MIN_SAMPLES + 512, 2)],
)
def test_short_recordings(samples: int, windows: int) -> None:
    assert len(scores(SAMPLES[:samples], 700, 1)) == windows


def test_scores_come_a_second_after_the_sound_at_the_latest() -> None:
    stream = WindowStream(GoldenInterpreter(MODEL), 31)
    assert len(stream.push(SAMPLES[:16_000])) == 0
    assert len(stream.push(SAMPLES[16_000:17_000])) >= 27
