import threading
import time

import numpy as np
import pytest

from host.model import input_pipeline
from host.model.input_pipeline import PIPELINES, Pipeline


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    # Every value tells its clip, frame and band.
    return np.arange(3 * 200 * 128, dtype=np.float32).reshape(3, 200, 128)


def test_window_numbers_count_through_the_clips() -> None:
    numbers = input_pipeline.window_numbers(np.array([0, 2]))
    assert numbers.tolist() == [*range(196), *range(392, 588)]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_batches_are_the_windows_in_their_order(frames: np.ndarray, pipeline: Pipeline) -> None:
    order = np.random.default_rng(0).permutation(3 * 196)
    batches = list(input_pipeline.batches(frames, order, 100, pipeline))
    assert [len(batch.windows) for batch in batches] == [100] * 5 + [88]
    # Window k of clip c begins at value (200 c + k) * 128 and has 640 values in a row.
    starts = (order // 196 * 200 + order % 196) * 128
    expected = starts[:, np.newaxis] + np.arange(640)
    np.testing.assert_array_equal(np.concatenate([b.windows for b in batches]), expected)
    assert all(batch.windows.dtype == np.float32 and batch.waited >= 0 for batch in batches)


def test_the_thread_ends_with_its_reader(frames: np.ndarray) -> None:
    before = threading.active_count()
    source = input_pipeline.batches(frames, np.arange(500), 1)
    next(source)
    source.close()
    assert threading.active_count() == before


def test_an_error_of_the_thread_reaches_the_reader(frames: np.ndarray) -> None:
    with pytest.raises(IndexError):
        list(input_pipeline.batches(frames, np.array([3 * 196]), 1))


def test_waiting_is_measured(frames: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(given: np.ndarray, numbers: np.ndarray, window_frames: int) -> np.ndarray:
        time.sleep(0.05)
        return np.zeros((len(numbers), 640), np.float32)

    monkeypatch.setattr(input_pipeline, "gather", slow)
    waited = sum(batch.waited for batch in input_pipeline.batches(frames, np.arange(3), 1))
    assert 0.12 < waited < 1


def test_windows_of_other_lengths() -> None:
    frames = np.arange(2 * 200 * 128, dtype=np.float32).reshape(2, 200, 128)
    numbers = input_pipeline.window_numbers(np.array([1]), 3)
    assert (numbers[0], numbers[-1]) == (198, 395)  # 200 - 3 + 1 windows in a clip
    cut = input_pipeline.gather(frames, numbers, 3)
    assert cut.shape == (198, 3 * 128)
    assert np.array_equal(cut[5], frames[1, 5:8].reshape(-1))
