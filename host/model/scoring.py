"""Anomaly scores: how badly a model reconstructs a clip, wherever the model runs.

The score is the benchmark's `score_float`: the float input, not the re-dequantized one, is compared with the
(dequantized) output. Window score: mean of (output - input)² over 640 values, in dB²; clip score: mean of
its 196 window scores.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from host.data.features import WINDOWS, windows
from host.errors import HostError, ModelError
from host.tflite.golden import GoldenInterpreter, TensorDetails

ALL_WINDOWS = slice(None)
"""The choice of all windows of a clip."""

_CLIPS_PER_TASK = 8
_WINDOWS_PER_TASK = 800  # what starts an interpreter anew should be worth it

Frames = NDArray[np.float32]
Scores = NDArray[np.float64]


class Interpreter(Protocol):
    """Something that runs a model: the golden interpreter, the firmware here or on a virtual board."""

    @property
    def input(self) -> TensorDetails:
        """What `run` takes."""

    @property
    def output(self) -> TensorDetails:
        """What `run` returns."""

    def run(self, batch: NDArray[Any]) -> NDArray[Any]:
        """Return the outputs [n, ...] of inputs [n, 640] of the input's type."""


Start = Callable[[], Interpreter]
"""Makes an interpreter in the process that uses it: a partial of a class, since processes pickle it."""


def score_clips(
    model: bytes, frames: Frames, processes: int | None = None, on_clips: Callable[[int], None] | None = None
) -> Scores:
    """Return the clip scores of float32 [clips, 200, 128] by the golden interpreter, float64 [clips].

    Args:
        model: a .tflite file with 640 values in and out, float32 or int8.
        frames: features in dB.
        processes: how many to use; by default one per core.
        on_clips: called with a number of newly scored clips now and then.

    Raises:
        ModelError: the model cannot be run, or is no autoencoder of such windows.
    """
    by_window = score_windows(partial(GoldenInterpreter, model), frames, ALL_WINDOWS, processes, on_clips)
    return np.asarray(by_window.mean(axis=1), np.float64)


def score_windows(
    start: Start,
    frames: Frames,
    chosen: slice = ALL_WINDOWS,
    processes: int | None = None,
    on_clips: Callable[[int], None] | None = None,
) -> Scores:
    """Return the window scores of float32 [clips, 200, 128], float64 [clips, windows per clip].

    The mean over the windows of a clip is the clip's score.

    Args:
        start: makes the interpreter, in each process and for each task.
        frames: features in dB.
        chosen: which of a clip's windows are scored; the benchmark scores all 196.
        processes: how many to use; by default one per core.
        on_clips: called with a number of newly scored clips now and then.

    Raises:
        ModelError: the model cannot be run, or is no autoencoder of such windows.
        FirmwareError: the firmware refuses the model or fails.
    """
    count = len(range(WINDOWS)[chosen])
    size = max(_CLIPS_PER_TASK, _WINDOWS_PER_TASK // count)
    tasks = [frames[first : first + size] for first in range(0, len(frames), size)]
    score = partial(_score_task, start, chosen)
    workers = min(processes or os.cpu_count() or 1, len(tasks))
    if workers <= 1:
        return _collect(map(score, tasks), count, on_clips)
    # Spawned, not forked: the parent may hold threads of other libraries.
    with _ignoring_interrupts():  # It starts a process, too, which keeps account of semaphores.
        pool = ProcessPoolExecutor(workers, get_context("spawn"))
    with pool:
        try:
            with _ignoring_interrupts():
                results = pool.map(score, tasks)
            return _collect(results, count, on_clips)
        except BrokenProcessPool as error:
            raise HostError(
                "a process that was scoring clips was ended from outside: memory may have run out"
            ) from error
        except BaseException:
            # Waited for: at the exit of Python the pool would be ended a second time, by another thread.
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def window_scores(interpreter: Interpreter, vectors: Frames) -> Scores:
    """Return the scores of float32 [n, 640], float64 [n] in dB².

    Raises:
        ModelError: the model's input or output has not 640 values, or is neither float32 nor int8.
        FirmwareError: the interpreter is the firmware, and it fails.
    """
    for details in (interpreter.input, interpreter.output):
        if int(np.prod(details.shape)) != vectors.shape[1] or details.dtype not in (np.float32, np.int8):
            raise ModelError(
                f"the model has {details.dtype} {list(details.shape)} at its ends: an autoencoder of "
                f"{vectors.shape[1]} float32 or int8 values is needed"
            )
    outputs = interpreter.run(quantize(vectors, interpreter.input)).reshape(vectors.shape)
    errors = dequantize(outputs, interpreter.output).astype(np.float64) - vectors
    scores: Scores = np.mean(np.square(errors), axis=1)
    return scores


def quantize(values: Frames, details: TensorDetails) -> NDArray[np.float32] | NDArray[np.int8]:
    """Return `values` as the tensor takes them: round half away from zero, saturated to int8.

    The quotient is rounded to float32 first, as the firmware computes it.
    """
    if details.scale is None or details.zero_point is None:
        return values
    quotient = (values / np.float32(details.scale)).astype(np.float64)
    rounded = np.copysign(np.floor(np.abs(quotient) + 0.5), quotient)
    quantized: NDArray[np.int8] = np.clip(rounded + details.zero_point, -128, 127).astype(np.int8)
    return quantized


def dequantize(values: NDArray[np.float32] | NDArray[np.int8], details: TensorDetails) -> Frames:
    """Return the real numbers that the tensor's values stand for, float32."""
    if details.scale is None or details.zero_point is None:
        return values.astype(np.float32)
    return (values.astype(np.float32) - np.float32(details.zero_point)) * np.float32(details.scale)


def _score_task(start: Start, chosen: slice, frames: Frames) -> Scores:
    vectors = windows(frames)[:, chosen]
    clips, count, elements = vectors.shape
    flat = np.ascontiguousarray(vectors.reshape(-1, elements))
    return window_scores(start(), flat).reshape(clips, count)


def _collect(results: Iterable[Scores], count: int, on_clips: Callable[[int], None] | None) -> Scores:
    scores = [np.empty((0, count))]
    for result in results:
        scores.append(result)
        if on_clips is not None:
            on_clips(len(result))
    return np.concatenate(scores)


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C and SIGHUP from their first instruction on.

    Both reach the whole process group; the parent alone answers them, once the processes run. SIGTERM is how
    a pool ends its processes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
