"""Accelerator cycles of the whole path against what was published about the chip and the vendor's simulator.

Kernel `baseline` has the structure of the vendor's. The figures are those of the tables that the vendor's
toolkit (mltk) prints for its models, as collected in the notes on the accelerator, section 5.3, without those
of the early SDK; figures in thousands are rounded to one digit.
"""

from dataclasses import dataclass

import pytest
import tflite_models
from tflite_models import Layer

from host import native, native_profile
from host.tflite import reader

PER_CENT = 0.01
DEVICE_SETS = native_profile.DEVICE_SETS


@dataclass(frozen=True)
class Row:
    """A fully connected layer; `cycles` as printed, in thousands where that is the unit."""

    depth: int
    outputs: int
    cycles: float
    unit: int = 1

    @property
    def tolerance(self) -> float:
        """Half of the last printed digit, or 7 cycles, whichever is more."""
        return max(7.0, 0.05 * self.unit)

    def __str__(self) -> str:
        return f"{self.depth} to {self.outputs}"


K = 1_000
DEVICE = [
    Row(32, 2, 123),
    Row(32, 2, 127),
    Row(16, 4, 135),
    Row(40, 3, 214),
    Row(16, 8, 254),
    Row(8, 16, 302),
    Row(32, 4, 231),
    Row(50, 3, 259),
    Row(80, 3, 396),
    Row(16, 16, 496),
    Row(40, 7, 477),
    Row(40, 11, 749),
    Row(80, 6, 772),
    Row(32, 16, 878),
    Row(16, 32, 974),
    Row(128, 4, 809),
    Row(256, 2, 797),
    Row(80, 7, 899),
    Row(64, 10, 1.0, K),
    Row(64, 12, 1.2, K),
    Row(112, 7, 1.2, K),
    Row(128, 8, 1.6, K),
    Row(8, 128, 2.3, K),
    Row(384, 3, 1.8, K),
    Row(384, 8, 4.7, K),
    Row(224, 16, 5.5, K),
    Row(384, 11, 6.4, K),
    Row(140, 32, 6.9, K),
    Row(32, 140, 7.6, K),
    Row(4000, 4, 24.1, K),
    Row(128, 128, 25.4, K),
    Row(2048, 32, 98.5, K),
    Row(640, 128, 123.7, K),
    Row(128, 640, 126.7, K),
]
SIMULATOR = [Row(32, 4, 208), Row(50, 3, 237), Row(384, 3, 1.7, K), Row(2048, 32, 98.4, K)]

# The reference model's layers on silicon, in thousands.
REFERENCE_MODEL = (123.7, 25.4, 25.4, 25.4, 1.6, 2.3, 25.4, 25.4, 25.4, 126.7)


def cycles_of(row: Row, cycle_model: str, executable) -> int:
    model = reader.parse(tflite_models.chain(row.depth, [Layer(row.outputs)]), "layer")
    batch = native_profile.random_batch(model, 1, seed=1)
    (layer,) = native.run(model, batch, "baseline", cycle_model, executable).layers
    return layer.accelerator_cycles[0]


@pytest.mark.parametrize("cycle_model", DEVICE_SETS)
@pytest.mark.parametrize("row", DEVICE, ids=str)
def test_published_device_rows(sanitized_host, row, cycle_model):
    cycles = cycles_of(row, cycle_model, sanitized_host)
    assert cycles == pytest.approx(row.cycles * row.unit, abs=row.tolerance)


@pytest.mark.parametrize("row", SIMULATOR, ids=str)
def test_published_simulator_rows(sanitized_host, row):
    cycles = cycles_of(row, "vendor-sim", sanitized_host)
    assert cycles == pytest.approx(row.cycles * row.unit, abs=max(0.5, 0.05 * row.unit))


@pytest.mark.parametrize("cycle_model", DEVICE_SETS)
def test_ten_layers_of_the_reference_model(sanitized_host, cycle_model):
    model = reader.parse(tflite_models.autoencoder_int8(), "reference")
    profile = native_profile.profile(model, "baseline", cycle_model, 1, sanitized_host)
    cycles = [layer.accelerator_cycles.median for layer in profile.layers]
    sizes = list(zip(tflite_models.AUTOENCODER_SIZES, tflite_models.AUTOENCODER_SIZES[1:], strict=False))
    closed_form = [1.5 * depth * outputs + 6 * outputs + 16 for depth, outputs in sizes]
    assert cycles == pytest.approx(closed_form, rel=PER_CENT)
    for measured, published in zip(cycles, REFERENCE_MODEL, strict=True):
        assert measured == pytest.approx(K * published, rel=PER_CENT, abs=50)
    assert sum(closed_form) == 406_480
    assert sum(cycles) == pytest.approx(406_400, rel=PER_CENT)
