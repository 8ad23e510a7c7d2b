"""The model that listens, and the threshold that its evaluation chose."""

import hashlib
import math
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from host import native
from host.data.features import WINDOW_SIZE
from host.errors import ModelError, UsageError
from host.model import evaluation_document
from host.model.run_folder import RunFolder
from host.model.scoring import Interpreter
from host.tflite.golden import GoldenInterpreter, TensorDetails

RuntimeName = Literal["host", "golden", "keras"]
_THREADS = 2


@dataclass(frozen=True)
class Listener:
    """A model that is ready to run: its file, SHA-256, what runs it, and the interpreter."""

    path: Path
    sha256: str
    runtime: str
    interpreter: Interpreter


class KerasInterpreter:
    """Runs a .keras model in TensorFlow.

    Attributes:
        input: windows of 640 float32 values.
        output: the same.
    """

    input = TensorDetails(np.dtype(np.float32), (1, WINDOW_SIZE), None, None)
    output = input

    def __init__(self, path: Path) -> None:
        """Load `path`.

        Raises:
            ModelError: it cannot be read.
        """
        from host.model import autoencoder

        self._model = autoencoder.load(path, _THREADS)

    def run(self, batch: NDArray[Any]) -> NDArray[Any]:
        """Return the reconstructions of windows [n, 640]."""
        return self._model.predict(batch)


def load(path: Path, runtime: RuntimeName | None, kernel: str, preset: str) -> Listener:
    """Make a model ready.

    Args:
        path: A .tflite or .keras file.
        runtime: What runs it; by default the host build for .tflite, TensorFlow for .keras.
        kernel: The host build's, one of native.KERNELS.
        preset: CMake preset of the host build.

    Raises:
        UsageError: the runtime does not run such files.
        ModelError: the file cannot be read.
        BuildError: the host build fails.
    """
    is_keras = path.suffix == ".keras"
    if runtime is not None and is_keras != (runtime == "keras"):
        raise UsageError(f"--runtime {runtime} does not run {path.name}: it is {path.suffix or 'no model'}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read model {path}: {error.strerror}") from error
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        if is_keras:
            return Listener(path, sha256, "TensorFlow", KerasInterpreter(path))
        if runtime == "golden":
            name = f"tflite-micro {version('tflite-micro')}"
            return Listener(path, sha256, name, GoldenInterpreter(data))
        from host.model.native_scoring import HostInterpreter

        interpreter = HostInterpreter(data, path.name, kernel, native.build(preset))
        return Listener(path, sha256, f"host build, kernel {kernel}", interpreter)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def threshold(listener: Listener) -> float:
    """Return the threshold that the evaluation beside a model chose for it.

    For a .keras file it is the one of the .tflite file that was converted from it.

    Raises:
        UsageError: there is none.
        ModelError: the evaluation is damaged.
    """
    folder = RunFolder(listener.path.parent)
    sha256 = listener.sha256
    if listener.path.suffix == ".keras" and folder.float_model.is_file():
        sha256 = hashlib.sha256(folder.float_model.read_bytes()).hexdigest()
    found = evaluation_document.threshold(folder.evaluation, sha256)
    if found is None or not math.isfinite(found):
        raise UsageError(
            f"no evaluation of {listener.path} has chosen a threshold: give --threshold, or run "
            f"python -m host.evaluate {folder.path} --data DIR"
        )
    return found
