"""Prepared layers and weights in RAM, through the host executable."""

from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host import native, native_executable
from host.errors import FirmwareError
from host.tflite import reader
from host.tflite.reader import Model

ACCELERATED = ("baseline", "fast")


@pytest.fixture(scope="module")
def model() -> Model:
    return reader.parse(tflite_models.autoencoder_int8(), "ad")


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    return np.random.default_rng(3).integers(-128, 128, (2, 640), np.int8)


def cycles(result: native.NativeRun) -> int:
    return sum(layer.accelerator_cycles[0] for layer in result.layers)


@pytest.mark.parametrize("kernel", ACCELERATED)
def test_prepared_layers_leave_the_arena_and_change_no_byte(model, batch, sanitized_host, kernel):
    prepared = native.prepare(model, kernel, sanitized_host)
    plain = native.run(model, batch, kernel, executable=sanitized_host)
    flash = native.run(model, batch, kernel, executable=sanitized_host, prepared=prepared)
    np.testing.assert_array_equal(flash.outputs, plain.outputs)
    assert [layer.launches for layer in flash.layers] == [layer.launches for layer in plain.layers]
    # At least an image of 276 bytes per layer, and two bytes of bias per output.
    saved = 10 * 276 + 2 * (8 * 128 + 8 + 640)
    assert flash.arena_used_bytes + saved <= plain.arena_used_bytes
    assert native.describe(model, kernel, sanitized_host, prepared).arena_bytes == flash.arena_used_bytes


def test_the_benchmarks_model_needs_no_more_arena_than_its_reference(model, sanitized_host):
    # 9.6 kB is what the notes give for the vendor's runtime; these are this computer's longer pointers.
    prepared = native.prepare(model, "fast", sanitized_host)
    assert native.describe(model, "fast", sanitized_host, prepared).arena_bytes <= 9_600


def test_the_reference_kernel_has_nothing_to_prepare(model, sanitized_host):
    assert native.prepare(model, "reference", sanitized_host) == b""


def test_layers_prepared_for_something_else_are_refused(model, batch, sanitized_host):
    prepared = native.prepare(model, "fast", sanitized_host, layout="tflite")
    with pytest.raises(FirmwareError, match="was prepared for another firmware"):
        native.run(model, batch, "baseline", executable=sanitized_host, prepared=prepared, layout="tflite")
    prepared = native.prepare(model, "fast", sanitized_host)
    other = reader.parse(tflite_models.autoencoder_int8(seed=4), "other")
    with pytest.raises(FirmwareError, match="belong to another model"):
        native.run(other, batch, "fast", executable=sanitized_host, prepared=prepared)
    with pytest.raises(FirmwareError, match="damaged or cut off"):
        native.run(model, batch, "fast", executable=sanitized_host, prepared=prepared[:-4])


@pytest.mark.parametrize("kernel", ACCELERATED)
@pytest.mark.parametrize("weights", ["ram", "auto"])
def test_weights_in_ram_change_cycles_only(model, batch, sanitized_host, kernel, weights):
    flash = native.run(model, batch, kernel, executable=sanitized_host)
    ram = native.run(model, batch, kernel, executable=sanitized_host, weights=weights)
    np.testing.assert_array_equal(ram.outputs, flash.outputs)
    assert (flash.weights_ram_bytes, flash.weights_copied) == (0, 0)
    assert 215_040 <= ram.weights_ram_bytes <= 256 << 10
    assert ram.weights_copied >= 6
    # The baseline's loop of two instructions per pair hides the flash; the fast one's does not.
    assert cycles(ram) <= cycles(flash)
    if kernel == "fast":
        assert cycles(ram) <= 160_000


@pytest.mark.parametrize(("layers", "more"), [(1, "fits"), (3, "fits; 2 more do not fit")])
def test_ram_without_a_layer_on_the_accelerator_is_an_error(sanitized_host, layers, more):
    # Kernel baseline takes one scale only.
    parts = [tflite_models.Layer(4, per_channel=True)] * layers
    small = reader.parse(tflite_models.chain(8, parts), "small")
    inputs = np.zeros((1, 8), np.int8)
    message = rf"^--weights ram: no layer .* kernel baseline, .* \(FULLY.*{more}\): give --weights auto"
    with pytest.raises(FirmwareError, match=message):
        native.run(small, inputs, "baseline", executable=sanitized_host, weights="ram")
    for kernel, weights in (("baseline", "auto"), ("fast", "ram")):
        native.run(small, inputs, kernel, executable=sanitized_host, weights=weights)


def test_a_budget_is_kept(model, sanitized_host):
    for budget in (0, 1_023, 1_024, 100_000):
        need = native.describe(model, "fast", sanitized_host, weights="ram", weights_budget=budget)
        assert need.weights_ram_bytes <= budget
        assert (need.weights_copied > 0) == (budget >= 1_024)


def test_a_file_that_cannot_be_read_is_named(model, batch, sanitized_host, monkeypatch):
    monkeypatch.setattr(native, "_acceleration", lambda *_: ["--images", "/nowhere/images"])
    with pytest.raises(FirmwareError, match="cannot read /nowhere/images"):
        native.run(model, batch, executable=sanitized_host)


def test_the_executable_names_an_unknown_place(sanitized_host, tmp_path: Path):
    with pytest.raises(FirmwareError, match="--weights disk: give flash, ram or auto"):
        native_executable.call([str(sanitized_host), "describe", "m", "--weights", "disk"], 10.0)
