"""The adapter to the host executable: what it refuses before, and how it reports failures of, a call."""

import json
import stat
from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host import native, native_profile
from host.errors import BuildError, DataError, FirmwareError
from host.tflite import reader, submodel

MODEL = reader.parse(tflite_models.autoencoder_float(), "seed_shaped")
ONE = reader.parse(tflite_models.chain(3, [tflite_models.Layer(2)]), "one")


def program(folder: Path, body: str) -> Path:
    path = folder / "executable"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize("shape", [(2, 5, 128, 1), (2, 640)])
def test_takes_both_shapes_of_a_batch(shape):
    batch = native.check_batch(MODEL, np.zeros(shape, np.float32))
    assert batch.shape == (2, 5, 128, 1)


def test_takes_big_endian_and_strided_arrays():
    values = np.arange(2 * 1280, dtype=">f4").reshape(2, 1280)[:, ::2]
    batch = native.check_batch(MODEL, values)
    assert batch.tobytes() == values.astype("<f4").tobytes()


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 640), np.float64), "is float64: seed_shaped takes float32"),
        (np.zeros((2, 640), np.int8), "is int8"),
        (np.zeros((2, 639), np.float32), r"shape \[2, 639\]"),
        (np.zeros((640,), np.float32), r"takes \[N, 5, 128, 1\] or \[N, 640\]"),
        (np.zeros((), np.float32), "shape"),
        (np.zeros((0, 640), np.float32), "N at least 1"),
        (np.zeros((1, 1, 5, 128, 1), np.float32), "shape"),
    ],
)
def test_refuses_other_arrays(array, words):
    with pytest.raises(DataError, match=words):
        native.check_batch(MODEL, array)


def run_fake(folder: Path, body: str) -> native.NativeRun:
    return native.run(ONE, np.zeros((1, 3), np.int8), executable=program(folder, body))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("echo 'error: arena needs 100 B' >&2; exit 1", "^arena needs 100 B$"),
        ("echo '==1==ERROR: AddressSanitizer: heap' >&2; exit 1", "status 1: ==1==ERROR: AddressSanitizer"),
        ("kill -SEGV $$", "status -11: without a message"),
        ("exit 0", "wrote no outputs"),
    ],
)
def test_failures_are_one_line(tmp_path, body, words):
    with pytest.raises(FirmwareError, match=words):
        run_fake(tmp_path, body)


# The call is: run MODEL --kernel K --cycle-model C --count N --inputs F --outputs ${12} --profile ${14}.
OUTPUTS = 'printf ab > "${12}"; '


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("no json", "no JSON"),
        ("[]", "no JSON object"),
        ("{}", "malformed|no number"),
        (json.dumps({"arena_used_bytes": 1, "faults": 0, "layers": []}), "other layers than the model"),
        (json.dumps({"arena_used_bytes": 1, "faults": 0, "layers": [{"index": 0}]}), "malformed"),
    ],
)
def test_malformed_answers_are_refused(tmp_path, profile, words):
    with pytest.raises(FirmwareError, match=words):
        run_fake(tmp_path, f"{OUTPUTS} printf '%s' '{profile}' > \"${{14}}\"")


def test_too_few_output_bytes_are_refused(tmp_path):
    with pytest.raises(FirmwareError, match="1 bytes of output instead of 2"):
        run_fake(tmp_path, 'printf a > "${12}"; printf {} > "${14}"')


def test_a_program_that_hangs_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(native, "_RUN_TIMEOUT_S", 0.2)
    monkeypatch.setattr(native, "_RUN_TIMEOUT_PER_ITEM_S", 0.0)
    with pytest.raises(FirmwareError, match="did not finish"):
        run_fake(tmp_path, "exec sleep 60")


def test_a_missing_program_is_a_build_error(tmp_path):
    with pytest.raises(BuildError, match="cannot start"):
        native.describe(ONE, "reference", tmp_path / "nothing")


def test_runs_the_firmware(sanitized_host):
    result = native.run(ONE, np.array([[1, 2, 3], [4, 5, 6]], np.int8), executable=sanitized_host)
    assert result.outputs.shape == (2, 2)
    assert result.outputs.dtype == np.int8
    (layer,) = result.layers
    assert (layer.index, layer.opcode, len(layer.accelerator_cycles)) == (0, "fully_connected", 2)


def test_the_arena_is_at_least_the_activations(sanitized_host):
    assert native.describe(MODEL, "reference", sanitized_host).arena_bytes >= 640 * 4 + 640


def test_an_unknown_cycle_model_is_refused_by_name(sanitized_host):
    with pytest.raises(FirmwareError, match="no-such-model"):
        native.run(ONE, np.zeros((1, 3), np.int8), cycle_model="no-such-model", executable=sanitized_host)


def test_layers_left_to_the_core_run_on_the_reference_kernel(sanitized_host):
    layers = [tflite_models.Layer(16), tflite_models.Layer(8), tflite_models.Layer(4)]
    model = reader.parse(tflite_models.chain(300, layers), "chain")
    inputs = native_profile.random_batch(model, 5, seed=1)
    block = native.prepare(model, "fast", sanitized_host, on_core=[1])
    result = native.run(model, inputs, "fast", executable=sanitized_host, prepared=block)
    assert [layer.launches > 0 for layer in result.layers] == [True, False, True]
    # What the core and the accelerator do in turn is what they do one by one.
    values = inputs
    for index, kernel in enumerate(("fast", "reference", "fast")):
        values = native.run(submodel.layer(model, index), values, kernel, executable=sanitized_host).outputs
    np.testing.assert_array_equal(result.outputs, values)


def test_an_operator_without_a_program_cannot_be_left_to_the_core(sanitized_host):
    model = reader.parse(tflite_models.autoencoder_float(), "float")
    with pytest.raises(FirmwareError, match="operator #0 has no kernel for the accelerator"):
        native.prepare(model, "fast", sanitized_host, on_core=[0])
