"""Anomaly scores by the firmware on this computer, with any of its kernels: the accelerator's, modelled.

The score is the benchmark's `score_float`, as in scoring.py, window by window.
"""

from pathlib import Path

import numpy as np

from host import native
from host.data.features import windows
from host.errors import FirmwareError, ModelError
from host.model import scoring
from host.model.scoring import Frames, Scores
from host.tflite.golden import TensorDetails
from host.tflite.reader import Model, Tensor


def window_scores(model: Model, frames: Frames, kernel: str, executable: Path, step: int = 1) -> Scores:
    """Return the scores of float32 [clips, 200, 128], float64 [clips, windows per clip] in dB².

    The mean over the windows of a clip is the clip's score.

    Args:
        model: An autoencoder of such windows, float32 or int8 at its ends.
        frames: Features in dB.
        kernel: One of native.KERNELS.
        executable: The host executable (native.build).
        step: Every how many windows one is scored; 1 scores all, as the benchmark does.

    Raises:
        ModelError: the model is no autoencoder of such windows.
        FirmwareError: the firmware refuses the model or fails, or a program of the accelerator does: the
            scores would be another kernel's.
    """
    vectors = np.stack([windows(clip)[::step] for clip in frames])
    clips, count, elements = vectors.shape
    for tensor in (model.input, model.output):
        if tensor.elements != elements or tensor.type not in ("float32", "int8"):
            raise ModelError(
                f"{model.name} has {tensor.type} {list(tensor.shape)} at its ends: an autoencoder of "
                f"{elements} float32 or int8 values is needed"
            )
    flat = np.ascontiguousarray(vectors.reshape(-1, elements), np.float32)
    result = native.run(model, scoring.quantize(flat, _details(model.input)), kernel, executable=executable)
    if result.faults:
        raise FirmwareError(f"no scores of kernel {kernel}: {native.fault_warning(result.faults)}")
    values = result.outputs.reshape(flat.shape).astype(np.float32)  # exact for int8, too
    outputs = scoring.dequantize(values, _details(model.output))
    scores: Scores = np.mean(np.square(outputs.astype(np.float64) - flat), axis=1)
    return scores.reshape(clips, count)


def _details(tensor: Tensor) -> TensorDetails:
    quantization = tensor.quantization
    return TensorDetails(
        dtype=tensor.dtype,
        shape=tensor.shape,
        scale=quantization.scales[0] if quantization else None,
        zero_point=quantization.zero_points[0] if quantization else None,
    )
