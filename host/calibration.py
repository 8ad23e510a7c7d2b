"""Inputs that decide what a model's layers run on: those that its training kept, or random ones."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host import array_file, native, native_profile, precision
from host.errors import ModelError
from host.precision import LayerError
from host.tflite import weight_layout
from host.tflite.reader import Model

REPRESENTATIVE = "representative.npy"
"""What host.train keeps beside the models that host.quantize makes of it."""

MOST_INPUTS = 256


@dataclass(frozen=True)
class Calibration:
    """Inputs of a model, [N, ...], and where they are from."""

    batch: NDArray[np.generic]
    source: str


@dataclass(frozen=True)
class LayersOnCore:
    """The layers whose errors on the inputs named by `source` are above `limit` output codes.

    `faults` counts programs that failed while errors were measured: of their layers nothing is known.
    """

    limit: int
    source: str
    errors: tuple[LayerError, ...]
    faults: int = 0

    @property
    def operators(self) -> tuple[int, ...]:
        """The layers' indices in the model."""
        return tuple(error.index for error in self.errors)

    @property
    def lines(self) -> tuple[str, ...]:
        """What was decided, for a person."""
        return (
            *(
                f"layer {error.index}: off by up to {_codes(error.largest)}, above --max-error "
                f"{self.limit}: left to the reference kernel"
                for error in self.errors
            ),
            f"errors measured on {self.source}: {_layers(len(self.errors))} above the limit",
        )


def _codes(number: int) -> str:
    return "1 output code" if number == 1 else f"{number} output codes"


def _layers(number: int) -> str:
    return "1 layer" if number == 1 else f"{number} layers"


def find(model: Model, model_path: Path, given: Path | None) -> Calibration:
    """Return the inputs in `given`, else those kept beside the model, else random ones.

    Of more than MOST_INPUTS as many are taken, evenly spaced. Real numbers are quantized where the model
    takes int8.

    Raises:
        DataError: the file cannot be read or does not fit the model.
        ModelError: the model has several inputs or outputs.
    """
    path = given or model_path.parent / REPRESENTATIVE
    if given is None and not path.is_file():
        batch = native_profile.random_batch(model, precision.INPUTS, precision.SEED)
        return Calibration(batch, f"{len(batch)} random inputs")
    array = array_file.read(path)
    if array.ndim and len(array) > MOST_INPUTS:
        array = array[np.linspace(0, len(array) - 1, MOST_INPUTS).astype(int)]
    batch = native.check_batch(model, _quantized(model, array))
    return Calibration(batch, f"{len(batch)} inputs of {path}")


def layers_left_to_core(
    model: Model, calibration: Calibration, limit: int, executable: Path, layout: str | None = None
) -> LayersOnCore:
    """Return the layers that kernel "fast" cannot compute to within `limit` output codes.

    Raises:
        ModelError: the model's file is interleaved already, so that no layer can be measured.
        FirmwareError: the firmware refuses a layer or fails.
    """
    if weight_layout.is_interleaved(model):
        raise ModelError(f"{model.name} is interleaved already: --max-error needs the file it was made from")
    errors = precision.measure(model, calibration.batch, "fast", executable, layout=layout)
    above = tuple(error for error in errors if error.largest > limit)
    return LayersOnCore(limit, calibration.source, above, sum(error.faults for error in errors))


def _quantized(model: Model, array: NDArray[np.generic]) -> NDArray[np.generic]:
    quantization = model.input.quantization
    if model.input.type != "int8" or array.dtype.kind != "f" or quantization is None:
        return array
    steps = array.astype(np.float64) / quantization.scales[0]
    rounded = np.copysign(np.floor(np.abs(steps) + 0.5), steps) + quantization.zero_points[0]
    quantized: NDArray[np.int8] = np.clip(rounded, -128, 127).astype(np.int8)
    return quantized
