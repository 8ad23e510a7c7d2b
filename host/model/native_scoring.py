"""Anomaly scores by the firmware on this computer, with any of its kernels: the accelerator's, modelled.

The score is the benchmark's `score_float`, as in scoring.py, window by window.
"""

from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from host import native
from host.errors import FirmwareError
from host.model import scoring
from host.model.scoring import Frames, Scores
from host.tflite import reader
from host.tflite.golden import TensorDetails
from host.tflite.reader import Model, Tensor


class HostInterpreter:
    """Runs a model in the firmware's code, compiled for this computer.

    Attributes:
        input: what `run` takes.
        output: what `run` returns.
    """

    def __init__(self, data: bytes, name: str, kernel: str, executable: Path) -> None:
        """Read `data`, the bytes of the .tflite file `name`, for one of native.KERNELS.

        Raises:
            ModelError: the file is damaged.
        """
        self._model = reader.parse(data, name)
        self._kernel = kernel
        self._executable = executable
        self.input = details(self._model.input)
        self.output = details(self._model.output)

    def run(self, batch: NDArray[Any]) -> NDArray[Any]:
        """Return the outputs of inputs [n, elements].

        Raises:
            FirmwareError: the firmware refuses the model or fails, or a program of the accelerator does: the
                outputs would be another kernel's.
        """
        result = native.run(self._model, batch, self._kernel, executable=self._executable)
        if result.faults:
            raise FirmwareError(f"no scores of kernel {self._kernel}: {native.fault_warning(result.faults)}")
        return result.outputs


def window_scores(model: Model, frames: Frames, kernel: str, executable: Path, step: int = 1) -> Scores:
    """Return the scores of float32 [clips, 200, 128], float64 [clips, windows per clip] in dB².

    The mean over the windows of a clip is the clip's score. All is done in this process.

    Args:
        model: An autoencoder of such windows, float32 or int8 at its ends.
        frames: Features in dB.
        kernel: One of native.KERNELS.
        executable: The host executable (native.build).
        step: Every how many windows one is scored; 1 scores all, as the benchmark does.

    Raises:
        ModelError: the model is no autoencoder of such windows.
        FirmwareError: the firmware refuses the model or fails, or a program of the accelerator does.
    """
    start = partial(HostInterpreter, model.data, model.name, kernel, executable)
    return scoring.score_windows(start, frames, slice(None, None, step), processes=1)


def details(tensor: Tensor) -> TensorDetails:
    """Return what scoring needs to know of an input or output."""
    quantization = tensor.quantization
    return TensorDetails(
        dtype=tensor.dtype,
        shape=tensor.shape,
        scale=quantization.scales[0] if quantization else None,
        zero_point=quantization.zero_points[0] if quantization else None,
    )
