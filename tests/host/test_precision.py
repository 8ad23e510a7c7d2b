"""Errors of the accelerator's kernels by layer: fed the reference's activations, counted in output codes."""

import dataclasses

import numpy as np
import pytest
import tflite_models
from tflite_models import Layer

from host import calibration, native, native_profile, precision
from host.calibration import Calibration
from host.tflite import reader, weight_layout
from host.tflite.golden import GoldenInterpreter

CHAIN = reader.parse(
    tflite_models.chain(640, [Layer(32), Layer(16, per_channel=True), Layer(7, "none", bias=False)]), "chain"
)


@pytest.mark.parametrize(
    ("outputs", "expected", "largest", "mean", "rms"),
    [
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]], 0, 0.0, 0.0),
        ([[1, 2], [3, 4]], [[1, 2], [3, 7]], 3, 0.75, 1.5),
        ([[127, -128]], [[-128, 127]], 255, 255.0, 255.0),
    ],
)
def test_compare(outputs, expected, largest, mean, rms):
    error = precision.compare(4, np.array(outputs, np.int8), np.array(expected, np.int8))
    assert (error.index, error.largest, error.mean, error.rms) == (4, largest, mean, rms)


@pytest.mark.parametrize("kernel", ["baseline", "fast"])
def test_the_first_layer_is_compared_with_tflite_micro(sanitized_host, kernel):
    first = reader.parse(tflite_models.chain(640, [Layer(32)]), "first")
    batch = native_profile.random_batch(first, precision.INPUTS, precision.SEED)
    (error,) = precision.measure(first, batch, kernel, sanitized_host)
    outputs = native.run(first, batch, kernel, executable=sanitized_host).outputs.astype(int)
    difference = np.abs(outputs - GoldenInterpreter(first.data).run(batch))
    assert (error.largest, error.mean) == (difference.max(), difference.mean())
    assert error.rms == pytest.approx(np.sqrt(np.mean(difference**2.0)))


def test_layers_do_not_inherit_errors(sanitized_host):
    """Later layers see the reference's activations: the kernel that is the reference has no error at all."""
    batch = native_profile.random_batch(CHAIN, 8, seed=1)
    errors = precision.measure(CHAIN, batch, "reference", sanitized_host)
    assert [error.index for error in errors] == [0, 1, 2]
    assert {error.largest for error in errors} == {0}
    # By baseline the first layer of 640 inputs is off by several codes; the later ones answer for their own.
    baseline = precision.measure(CHAIN, batch, "baseline", sanitized_host)
    assert all(error.largest <= 2 for error in baseline[1:])


def test_layers_behind_other_operators(sanitized_host):
    model = reader.parse(tflite_models.autoencoder_float(), "float")
    batch = native_profile.random_batch(model, 2, seed=1)
    errors = precision.measure(model, batch, "fast", sanitized_host)
    assert [error.index for error in errors] == list(range(2, 12))


def test_an_interleaved_file_cannot_be_cut_up(sanitized_host):
    model = weight_layout.apply(CHAIN, weight_layout.INTERLEAVED)
    batch = native_profile.random_batch(model, 2, seed=1)
    assert precision.measure(model, batch, "fast", sanitized_host) == ()


def test_a_fault_is_told_with_the_error(sanitized_host, monkeypatch):
    call = native.run

    def run(*arguments, **options):
        faults = 2 if arguments[2] == "fast" else 0
        return dataclasses.replace(call(*arguments, **options), faults=faults)

    monkeypatch.setattr(native, "run", run)
    batch = native_profile.random_batch(CHAIN, 2, seed=1)
    errors = precision.measure(CHAIN, batch, "fast", sanitized_host)
    assert [error.faults for error in errors] == [2, 2, 2]
    found = calibration.layers_left_to_core(CHAIN, Calibration(batch, "x"), 255, sanitized_host)
    assert (found.errors, found.faults) == ((), 6)
