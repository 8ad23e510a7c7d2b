"""Anomaly scores by the chip's image on the virtual board, through the mailbox in its RAM.

The score is the benchmark's `score_float`, as in scoring.py: the board gets any input, no sliding window.
"""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from host import native
from host.errors import FirmwareError
from host.model.native_scoring import details
from host.sim import inference
from host.tflite import reader


class BoardInterpreter:
    """Runs a model in the chip's image; each batch starts a virtual board of its own.

    Attributes:
        input: what `run` takes.
        output: what `run` returns.
    """

    def __init__(self, data: bytes, name: str, image: Path) -> None:
        """Read `data`, the bytes of the .tflite file `name` that `image`, an ELF file, was built with.

        Raises:
            ModelError: the file is damaged.
        """
        self._model = reader.parse(data, name)
        self._image = image
        self.input = details(self._model.input)
        self.output = details(self._model.output)

    def run(self, batch: NDArray[Any]) -> NDArray[Any]:
        """Return the outputs of inputs [n, elements].

        Raises:
            BuildError: the simulator is not installed.
            ImageError: the image cannot be loaded.
            FirmwareError: the image has another model, the firmware fails, or a program of the accelerator
                does: the outputs would be another kernel's.
        """
        result = inference.run(self._model, batch, self._image)
        if result.faults:
            raise FirmwareError(f"no scores of kernel {result.kernel}: {native.fault_warning(result.faults)}")
        return result.outputs
