"""Samples in, scores of windows out: the benchmark's features and windows over a recording of any length.

Window k starts at sample 512 k. Of a clip of 10 s the benchmark scores those from 49 to 244: its frame k is
centred at sample 512 k, and it takes frames 50 to 249.
"""

import numpy as np
from numpy.typing import NDArray

from host.data import features
from host.data.features import FRAME_SAMPLES, HOP_SAMPLES, MEL_BANDS, WINDOW_FRAMES
from host.data.layout import SAMPLE_RATE
from host.model import scoring
from host.model.scoring import Interpreter, Scores

WINDOW_SECONDS = HOP_SAMPLES / SAMPLE_RATE
"""From the start of a window to the start of the next."""

MIN_SAMPLES = FRAME_SAMPLES + (WINDOW_FRAMES - 1) * HOP_SAMPLES
"""What one window takes: 0.192 s."""


class WindowStream:
    """Scores the windows of one recording while its samples arrive.

    Args:
        interpreter: Runs the model.
        batch: Windows that are scored at once, at least; what is left is scored by `finish`.
    """

    def __init__(self, interpreter: Interpreter, batch: int) -> None:
        self._interpreter = interpreter
        self._batch = batch
        self._pending: list[NDArray[np.float32]] = []
        self._pending_samples = 0
        self._frames = np.empty((0, MEL_BANDS), np.float32)
        self.samples = 0

    def push(self, samples: NDArray[np.float32]) -> Scores:
        """Take samples [n] at 16 kHz in [-1, 1); return the scores of windows that are complete, [windows].

        Raises:
            ModelError: the model is no autoencoder of such windows.
            FirmwareError: the model runs in the firmware, and it fails.
        """
        self.samples += len(samples)
        self._pending.append(samples)
        self._pending_samples += len(samples)
        enough = FRAME_SAMPLES + (self._batch - 1) * HOP_SAMPLES
        return self._score() if self._pending_samples >= enough else np.empty(0)

    def finish(self) -> Scores:
        """Return the scores of the windows that were left."""
        return self._score()

    def _score(self) -> Scores:
        samples = np.concatenate([*self._pending, np.empty(0, np.float32)])
        count = max(0, (len(samples) - FRAME_SAMPLES) // HOP_SAMPLES + 1)
        # The next frame begins within what this one has.
        self._pending = [samples[count * HOP_SAMPLES :]]
        self._pending_samples = len(self._pending[0])
        frames = np.concatenate([self._frames, features.frame_decibels(samples, SAMPLE_RATE)])
        self._frames = frames[max(0, len(frames) - WINDOW_FRAMES + 1) :]
        if len(frames) < WINDOW_FRAMES:
            return np.empty(0)
        vectors = np.ascontiguousarray(features.windows(frames))
        return scoring.window_scores(self._interpreter, vectors)
