"""Anomaly scores of clips by a device, through its sliding window of int8 frames, beside the golden ones.

A clip's score is the mean of its windows' `score_int8`: the dequantized input compared with the dequantized
output. The golden interpreter computes the same from the same codes.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median_low

import numpy as np
from numpy.typing import NDArray

from host.data.features import WINDOW_FRAMES, WINDOWS, windows
from host.errors import FirmwareError
from host.link import device_profile
from host.link.device import Device
from host.link.journal import ClipKey, ClipResult
from host.link.replies import FrameResult
from host.model import scoring
from host.model.scoring import Frames
from host.tflite.golden import GoldenInterpreter, TensorDetails
from host.tflite.reader import Model


@dataclass(frozen=True)
class Golden:
    """What the golden interpreter makes of a clip's codes: scores float64 [windows], the last output."""

    scores: NDArray[np.float64]
    last_output: NDArray[np.generic]


class Evaluation:
    """Clips through one device.

    Args:
        device: A device that runs the model.
        model: The model.

    Raises:
        FirmwareError: the device has no sliding window of such clips.
    """

    def __init__(self, device: Device, model: Model) -> None:
        self._device = device
        self._model = model
        self._golden = GoldenInterpreter(model.data)
        self._session = secrets.randbits(32)
        self._clip = 0
        window = device.window
        if window.values != self._golden_values():
            raise FirmwareError(
                f"the device's sliding window has {window.values} values, not {self._golden_values()}: "
                f"evaluate a model of windows of {WINDOW_FRAMES} frames"
            )
        self._details = TensorDetails(
            dtype=np.dtype(np.int8), shape=(window.values,), scale=window.scale, zero_point=window.zero_point
        )
        self._kernel = device_profile.kernel(device)

    def codes(self, frames: Frames) -> NDArray[np.int8]:
        """Return features [200, 128] in dB as the device's int8 codes."""
        return scoring.quantize(frames, self._details).astype(np.int8)

    def key(self, codes: NDArray[np.int8]) -> ClipKey:
        """Return what a result of these codes is of."""
        device = self._device
        return ClipKey(
            frames_sha256=hashlib.sha256(codes.tobytes()).hexdigest(),
            model_sha256=self._model.sha256,
            build_id=device.build_id,
            kernel=self._kernel,
            source=device.source,
        )

    def score(self, name: str, codes: NDArray[np.int8]) -> ClipResult:
        """Let the device score a clip; a reset in between is survived.

        Args:
            name: What the clip is called.
            codes: Its frames, int8 [200, 128].

        Raises:
            FirmwareError: the device refuses or fails.
            LinkError: no answer.
        """
        golden = self.golden(codes)
        results, output = self._pushed(codes)
        scores = [result.score_int8 for result in results if result.score_int8 is not None]
        if len(scores) != WINDOWS:
            raise FirmwareError(f"the device gave {len(scores)} scores of {WINDOWS} windows of {name}")
        received = np.frombuffer(output, golden.last_output.dtype).astype(np.float64)
        differences = np.abs(received - golden.last_output.astype(np.float64).ravel())
        relative = np.abs(np.array(scores) - golden.scores) / np.maximum(golden.scores, 1e-30)
        return ClipResult(
            clip=name,
            score=mean(scores),
            windows=len(scores),
            cycles=median_low(result.cycles for result in results if result.score_int8 is not None),
            output_difference=float(differences.max()),
            score_difference=float(relative.max()),
        )

    def golden(self, codes: NDArray[np.int8]) -> Golden:
        """Return what the golden interpreter makes of a clip's codes."""
        vectors = windows(scoring.dequantize(codes, self._details))
        last = self._golden.run(scoring.quantize(vectors[-1:], self._golden.input))
        return Golden(scoring.window_scores(self._golden, vectors), last)

    def _pushed(self, codes: NDArray[np.int8]) -> tuple[Sequence[FrameResult], bytes]:
        frames = [frame.tobytes() for frame in codes]

        def push() -> tuple[Sequence[FrameResult], bytes]:
            self._clip += 1
            results = list(self._device.push_frames(self._session, self._clip, frames))
            return results, self._device.output()

        return self._device.connection.again(push)

    def _golden_values(self) -> int:
        return int(np.prod(self._golden.input.shape))
