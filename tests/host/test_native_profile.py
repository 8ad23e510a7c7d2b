"""Profiles of the host build: the inputs it makes and layers that fell back to the core."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host import native_profile, precision
from host.precision import LayerError
from host.report import profile_document
from host.report.profile_document import Cycles
from host.tflite import reader
from host.tflite.reader import Quantization

FLOATS = reader.parse(tflite_models.autoencoder_float(), "floats")
TWO_LAYERS = reader.parse(tflite_models.chain(3, [tflite_models.Layer(2), tflite_models.Layer(2)]), "two")


def program(folder: Path, launches: tuple[int, int], faults: int = 0, faulty: int = -1) -> Path:
    """An executable that answers two runs of TWO_LAYERS with these launches and faults, these in `faulty`."""
    layers = [
        {
            "index": index,
            "opcode": "FULLY_CONNECTED",
            "launches": count,
            "faults": faults if index == faulty else 0,
            "accelerator_cycles": [100 * count, 110 * count],
        }
        for index, count in enumerate(launches)
    ]
    numbers = {"arena_used_bytes": 1000, "weights_ram_bytes": 0, "weights_copied": 0, "faults": faults}
    profile = json.dumps({**numbers, "notes": "one; two", "layers": layers})
    path = folder / "executable"
    path.write_text(f"#!/bin/sh\nprintf abcd > \"${{12}}\"\nprintf '%s' '{profile}' > \"${{14}}\"\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_layer_without_a_launch_ran_on_the_core(tmp_path):
    result = native_profile.profile(TWO_LAYERS, "baseline", "device-flash", 2, program(tmp_path, (1, 0)))
    assert [layer.kernel for layer in result.layers] == ["baseline", "reference"]
    assert result.unsupported_layers == 1
    assert result.accelerator_cycles.runs == (100, 110)
    assert result.arena_bytes == 1000
    assert result.notes == ("one", "two")


def test_without_an_accelerator_nothing_is_unsupported(tmp_path):
    result = native_profile.profile(TWO_LAYERS, "reference", "device-flash", 2, program(tmp_path, (0, 0)))
    assert result.unsupported_layers == 0
    assert (result.accelerator, result.cycle_model) == ("none", None)


@pytest.mark.parametrize("kernel", ["baseline", "fast", "reference"])
def test_conversions_at_the_ends_have_a_fast_kernel_on_the_core(sanitized_host, kernel):
    result = native_profile.profile(FLOATS, kernel, "device-flash", 1, sanitized_host)
    assert result.layers[0].opcode == "quantize"
    assert result.layers[-1].opcode == "dequantize"
    for layer in result.layers:
        conversion = layer.opcode in ("quantize", "dequantize")
        expected = "fast" if conversion else kernel if layer.opcode == "fully_connected" else "reference"
        assert layer.kernel == ("reference" if kernel == "reference" else expected), layer.opcode


@pytest.mark.parametrize(
    ("exponent", "kernel"), [(-65, "reference"), (-64, "fast"), (64, "fast"), (65, "reference")]
)
def test_the_fast_quantize_takes_scales_in_its_range(sanitized_host, exponent, kernel):
    tensors = list(FLOATS.tensors)
    target = FLOATS.operators[0].outputs[0]
    tensors[target] = replace(tensors[target], quantization=Quantization((2.0**exponent,), (0,), 0))
    model = replace(FLOATS, tensors=tuple(tensors))
    result = native_profile.profile(model, "fast", "device-flash", 1, sanitized_host)
    assert result.layers[0].kernel == kernel


def test_integers_are_requantized_by_the_reference(sanitized_host):
    source = FLOATS.operators[0].outputs[0]
    operators = (replace(FLOATS.operators[0], inputs=(source,)), *FLOATS.operators[1:])
    model = replace(FLOATS, operators=operators)
    result = native_profile.profile(model, "fast", "device-flash", 1, sanitized_host)
    assert result.layers[0].kernel == "reference"


@pytest.mark.parametrize(
    ("kernel", "faults", "counted"), [("fast", 3, 3), ("fast", 0, 0), ("reference", 0, None)]
)
def test_faults_are_counted_where_there_is_an_accelerator(tmp_path, kernel, faults, counted):
    executable = program(tmp_path, (1, 1), faults)
    assert native_profile.profile(TWO_LAYERS, kernel, "device-flash", 2, executable).faults == counted


def test_a_layer_that_faulted_was_run_by_the_reference(tmp_path):
    executable = program(tmp_path, (1, 1), faults=1, faulty=1)
    result = native_profile.profile(TWO_LAYERS, "fast", "device-flash", 2, executable)
    assert [layer.kernel for layer in result.layers] == ["fast", "reference (after fault)"]
    assert result.unsupported_layers == 0
    assert profile_document.document(result)["layers"][1]["kernel"] == "reference (after fault)"


def test_no_error_is_stated_of_a_layer_that_faulted(tmp_path, monkeypatch):
    measured = (LayerError(0, 1, 0.5, 0.7), LayerError(1, 0, 0.0, 0.0, faults=1))
    monkeypatch.setattr(precision, "measure", lambda *_: measured)
    executable = program(tmp_path, (1, 1))
    result = native_profile.profile(TWO_LAYERS, "fast", "device-flash", 2, executable, error_inputs=2)
    assert [layer.max_error for layer in result.layers] == [1, None]


def test_what_the_host_cannot_know_is_none(tmp_path):
    result = native_profile.profile(TWO_LAYERS, "baseline", "device-flash", 2, program(tmp_path, (1, 1)))
    assert result.source == "host"
    for value in (result.board, result.clock_hz, result.cpu_cycles, result.total_cycles, result.time_s):
        assert value is None
    assert result.cycle_model_error
    fast = native_profile.profile(TWO_LAYERS, "fast", "device-flash", 2, program(tmp_path, (1, 1)))
    assert fast.cycle_model_error is not None
    assert "never timed on silicon" in fast.cycle_model_error


def test_a_range_is_run_under_both_sets_and_keeps_the_first_as_plain_count(tmp_path):
    executable = program(tmp_path, (1, 1))
    sets = native_profile.DEVICE_SETS
    slower = executable.read_text().replace("100, 110", "300, 310")
    text = f'#!/bin/sh\nif [ "$6" = {sets[1]} ]; then {slower}\nelse {executable.read_text()}\nfi\n'
    executable.write_text(text.replace("#!/bin/sh\nprintf", "printf"))
    result = native_profile.profile(TWO_LAYERS, "fast", "range", 2, executable)
    assert (result.cycle_model, result.cycle_model_sets) == ("range", sets)
    assert result.layers[0].accelerator_cycles == Cycles((100, 110), (300, 310))
    assert result.accelerator_cycles == Cycles((200, 220), (600, 620))
    assert all(name in result.cycle_model_error for name in sets)


def test_errors_are_measured_when_asked_for(sanitized_host):
    bare = native_profile.profile(TWO_LAYERS, "fast", "device-flash", 1, sanitized_host)
    assert {layer.max_error for layer in bare.layers} == {None}
    assert bare.error_inputs == 0
    measured = native_profile.profile(TWO_LAYERS, "fast", "device-flash", 1, sanitized_host, error_inputs=5)
    assert measured.error_inputs == 5
    for layer in measured.layers:
        assert layer.max_error in (0, 1)
        assert layer.rms_error is not None
    reference = native_profile.profile(
        TWO_LAYERS, "reference", "device-flash", 1, sanitized_host, error_inputs=5
    )
    assert (reference.error_inputs, reference.layers[0].max_error) == (0, None)


@pytest.mark.parametrize("model", [tflite_models.autoencoder_int8(), tflite_models.autoencoder_float()])
def test_inputs_fit_and_repeat(model):
    parsed = reader.parse(model, "model")
    batch = native_profile.random_batch(parsed, 5, seed=1)
    assert batch.shape == (5, *parsed.input.shape[1:])
    assert batch.dtype == parsed.input.type
    np.testing.assert_array_equal(batch, native_profile.random_batch(parsed, 5, seed=1))
    assert (batch != native_profile.random_batch(parsed, 5, seed=2)).any()


def test_inputs_span_the_quantizers_range():
    parsed = reader.parse(tflite_models.autoencoder_float(), "seed")
    batch = native_profile.random_batch(parsed, 20, seed=1)
    # Scale 0.39, zero point 89.
    assert 0.39 * -217 <= batch.min() < -80
    assert 14 < batch.max() <= 0.39 * 38
    int8 = native_profile.random_batch(reader.parse(tflite_models.autoencoder_int8(), "ad"), 20, seed=1)
    assert (int8.min(), int8.max()) == (-128, 127)
