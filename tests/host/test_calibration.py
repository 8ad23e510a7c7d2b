"""Calibration inputs: where they come from, and which layers they find too inexact."""

import numpy as np
import pytest
import tflite_models
from tflite_models import Layer

from host import calibration, precision
from host.errors import DataError, ModelError
from host.tflite import reader, weight_layout

# Scale 0.05, zero point 7.
INT8 = reader.parse(tflite_models.chain(640, [Layer(32), Layer(16)]), "int8")
FLOAT = reader.parse(tflite_models.autoencoder_float(), "float")


def test_random_inputs_where_nothing_is_kept(tmp_path):
    found = calibration.find(INT8, tmp_path / "m.tflite", None)
    assert found.batch.shape == (precision.INPUTS, 640)
    assert found.source == "64 random inputs"


def test_inputs_beside_the_model_are_quantized_and_spaced(tmp_path):
    count = calibration.MOST_INPUTS + 1
    values = np.zeros((count, 640), np.float32)
    values[0, :4] = [0.025, -0.025, 100.0, -100.0]
    values[-1, 0] = 1.0
    np.save(tmp_path / "representative.npy", values)
    found = calibration.find(INT8, tmp_path / "m.tflite", None)
    assert found.batch.shape == (calibration.MOST_INPUTS, 640)
    assert found.batch.dtype == np.int8
    assert found.batch[0, :5].tolist() == [8, 6, 127, -128, 7]
    assert found.batch[-1, 0] == 27
    assert "representative.npy" in found.source


def test_a_float_model_takes_them_as_they_are(tmp_path):
    values = np.random.default_rng(1).normal(0, 10, (3, 640)).astype(np.float32)
    np.save(tmp_path / "x.npy", values)
    found = calibration.find(FLOAT, tmp_path / "m.tflite", tmp_path / "x.npy")
    np.testing.assert_array_equal(found.batch.reshape(3, 640), values)


def test_inputs_that_do_not_fit_are_refused(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((2, 3), np.int8))
    with pytest.raises(DataError, match="takes"):
        calibration.find(INT8, tmp_path / "m.tflite", tmp_path / "x.npy")


def test_layers_above_a_limit(sanitized_host, tmp_path):
    inputs = calibration.find(INT8, tmp_path / "m.tflite", None)
    errors = precision.measure(INT8, inputs.batch, "fast", sanitized_host)
    assert max(error.largest for error in errors) > 0
    for limit in (0, 1):
        found = calibration.layers_left_to_core(INT8, inputs, limit, sanitized_host)
        assert found.errors == tuple(error for error in errors if error.largest > limit)
        assert found.operators == tuple(error.index for error in found.errors)
        layers = "1 layer" if len(found.errors) == 1 else f"{len(found.errors)} layers"
        assert found.lines[-1] == f"errors measured on 64 random inputs: {layers} above the limit"


def test_an_interleaved_file_is_refused(sanitized_host, tmp_path):
    model = weight_layout.apply(INT8, weight_layout.INTERLEAVED)
    inputs = calibration.find(model, tmp_path / "m.tflite", None)
    with pytest.raises(ModelError, match="interleaved already"):
        calibration.layers_left_to_core(model, inputs, 1, sanitized_host)


def test_lines_count_in_the_singular_too():
    error = precision.LayerError(3, 1, 0.5, 0.7)
    lines = calibration.LayersOnCore(0, "x", (error,)).lines
    assert lines[0].startswith("layer 3: off by up to 1 output code, above --max-error 0")
    assert lines[-1].endswith("1 layer above the limit")
