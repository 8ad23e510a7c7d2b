"""Batches of training windows, prepared while the trainer computes, and how long it waited for them.

Only the frames of the clips are in memory; windows overlap by four fifths and are cut batch by batch. Both
ways of preparing deliver the same batches in the same order, hence the same weights.
"""

import queue
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from host.data.features import FRAMES, WINDOW_FRAMES, windows
from host.model import tensorflow_adapter

Pipeline = Literal["thread", "tf.data"]
"""`thread`: a thread of ours, through numpy. `tf.data`: TensorFlow's pipeline, which calls the same numpy."""

PIPELINES: tuple[Pipeline, ...] = get_args(Pipeline)

PREPARED_BATCHES = 4
"""Batches that may wait for the trainer."""

Frames = NDArray[np.float32]
Indices = NDArray[np.intp]

_Item = Frames | BaseException | None


@dataclass(frozen=True)
class Batch:
    """Windows float32 [n, 640], n at least 1, and the seconds that the trainer waited for them."""

    windows: Frames
    waited: float


def window_numbers(clips: Indices, window_frames: int = WINDOW_FRAMES) -> Indices:
    """Return the numbers of all windows of `clips`; window k of clip c has number c * 196 + k.

    With another number of frames in a window, its count of windows per clip stands for the 196.
    """
    count = FRAMES - window_frames + 1
    return (clips[:, np.newaxis] * count + np.arange(count)).reshape(-1)


def gather(frames: Frames, numbers: Indices, window_frames: int = WINDOW_FRAMES) -> Frames:
    """Return the windows with these numbers, of float32 [clips, 200, 128], as a new array [n, 640].

    With another number of frames f in a window, [n, f * 128].
    """
    clips, positions = np.divmod(numbers, FRAMES - window_frames + 1)
    return windows(frames, window_frames)[clips, positions]


def batches(
    frames: Frames,
    order: Indices,
    size: int,
    pipeline: Pipeline = "thread",
    threads: int = 2,
    window_frames: int = WINDOW_FRAMES,
) -> Generator[Batch]:
    """Yield the windows `order` of `frames` in batches of `size`, the last one as large as remains.

    Args:
        frames: features, float32 [clips, 200, 128].
        order: numbers of windows.
        size: windows in a batch.
        pipeline: who prepares them.
        threads: of TensorFlow, for tf.data.
        window_frames: frames in a window.
    """
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    if pipeline == "tf.data":
        source = _from_tf_data(lambda part: gather(frames, part, window_frames), parts, threads)
    else:
        source = _from_thread(lambda part: gather(frames, part, window_frames), parts)
    with closing(source):
        while True:
            started = time.perf_counter()
            prepared = next(source, None)
            if prepared is None:
                return
            yield Batch(prepared, time.perf_counter() - started)


def _from_thread(prepare: Callable[[Indices], Frames], parts: list[Indices]) -> Generator[Frames]:
    prepared: queue.Queue[_Item] = queue.Queue(PREPARED_BATCHES)
    given_up = threading.Event()

    def put(item: _Item) -> None:
        while not given_up.is_set():
            try:
                return prepared.put(item, timeout=0.1)
            except queue.Full:
                continue

    def work() -> None:
        try:
            for part in parts:
                if given_up.is_set():
                    return
                put(prepare(part))
            put(None)
        except BaseException as error:  # noqa: BLE001 - raised again in the trainer's thread
            put(error)

    thread = threading.Thread(target=work, name="training windows", daemon=True)
    thread.start()
    try:
        while (item := prepared.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        given_up.set()
        thread.join()


def _from_tf_data(cut: Callable[[Indices], Frames], parts: list[Indices], threads: int) -> Generator[Frames]:
    tf = tensorflow_adapter.tensorflow(threads)

    # numpy_function, as a tensor of all frames would be a second copy of them.
    def prepare(number: object) -> object:
        return tf.numpy_function(lambda index: cut(parts[index]), [number], tf.float32)

    dataset = tf.data.Dataset.range(len(parts)).map(prepare)
    yield from dataset.prefetch(PREPARED_BATCHES).as_numpy_iterator()
