"""Every output byte of the firmware's reference kernels against tflite-micro: both model shapes, odd sizes.

The firmware is the host build with sanitizers; the golden interpreter is the package tflite-micro.
"""

from pathlib import Path

import numpy as np
import pytest
import tflite_models
from numpy.typing import NDArray
from tflite_models import Layer

from host import native, native_profile, profile
from host.data import features
from host.data.reference_model import reference_model
from host.errors import HostError
from host.tflite import operators, reader, weight_layout
from host.tflite.golden import GoldenInterpreter

INPUTS = 1_000
ODD_SIZES = [(37, 11), (1, 1), (1024, 4), (2047, 3)]


@pytest.fixture(scope="session")
def published_model() -> Path:
    """The seed's trained model: a float autoencoder with 17 operators, fetched once and cached."""
    try:
        return reference_model("mltk")
    except HostError as error:
        pytest.skip(f"the published model cannot be had: {error}")


def assert_equal_bytes(
    model: bytes, inputs: NDArray[np.generic], executable: Path, layout: str | None = None
) -> None:
    expected = GoldenInterpreter(model).run(inputs)
    parsed = reader.parse(model, "model")
    result = native.run(parsed, inputs, "reference", executable=executable, layout=layout)
    assert result.outputs.shape == expected.shape
    differing = int(np.count_nonzero(result.outputs.view(np.uint8) != expected.view(np.uint8)))
    assert differing == 0
    # A model that always answers the same would prove nothing.
    assert len(np.unique(expected)) > 3


def random_inputs(model: bytes, count: int = INPUTS) -> NDArray[np.generic]:
    return native_profile.random_batch(reader.parse(model, "model"), count, seed=7)


@pytest.mark.parametrize("per_channel", [False, True], ids=["per tensor", "per channel"])
def test_int8_autoencoder(sanitized_host, per_channel):
    model = tflite_models.autoencoder_int8(per_channel)
    assert_equal_bytes(model, random_inputs(model), sanitized_host)


@pytest.mark.parametrize("per_channel", [False, True], ids=["per tensor", "per channel"])
def test_float_autoencoder_with_seventeen_operators(sanitized_host, per_channel):
    model = tflite_models.autoencoder_float(per_channel)
    assert_equal_bytes(model, random_inputs(model), sanitized_host)


def test_floats_beyond_the_quantizers_range_saturate_alike(sanitized_host):
    model = tflite_models.autoencoder_float()
    inputs = np.random.default_rng(3).normal(0, 1e3, (100, 640)).astype(np.float32)
    # Beyond 2^31 steps of the quantizer tflite-micro converts a float to an integer that cannot hold it, and
    # the result is undefined: the comparison ends before that.
    inputs[0, :4] = [8e8, -8e8, 50.0, -200.0]
    inputs[1, :4] = [1e-45, -0.0, 0.195, -0.195]
    assert_equal_bytes(model, inputs, sanitized_host)


@pytest.mark.parametrize("activation", tflite_models.ACTIVATIONS)
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("per_channel", [False, True], ids=["per tensor", "per channel"])
@pytest.mark.parametrize(("inputs", "outputs"), ODD_SIZES)
def test_odd_sizes(sanitized_host, inputs, outputs, per_channel, bias, activation):
    layer = Layer(outputs, activation, bias, per_channel)
    model = tflite_models.chain(inputs, [layer], seed=inputs)
    assert_equal_bytes(model, random_inputs(model), sanitized_host)


@pytest.mark.parametrize("layout", weight_layout.LAYOUTS)
def test_published_int8_model(sanitized_host, shared, layout):
    model = (shared / "data" / "mlperf_tiny" / "ad01_int8.tflite").read_bytes()
    assert_equal_bytes(model, random_inputs(model), sanitized_host, layout)


def test_known_window_scores(sanitized_host, shared):
    """The published sample through the published model: the row measured with TFLM."""
    folder = shared / "data" / "mlperf_tiny"
    frames = features.read_bin(folder / "normal_id_01_00000000_hist_librosa.bin")
    windows = np.ascontiguousarray(features.windows(frames), np.float32)
    model = reader.read(folder / "ad01_int8.tflite")
    source, result = model.input.quantization, model.output.quantization
    assert source is not None
    assert result is not None
    scaled = windows / np.float32(source.scales[0])
    steps = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled)  # half away from zero
    inputs = np.clip(steps + source.zero_points[0], -128, 127).astype(np.int8)
    run = native.run(model, inputs, "reference", executable=sanitized_host)
    outputs = (run.outputs.astype(np.float32) - result.zero_points[0]) * np.float32(result.scales[0])
    scores = np.mean((outputs - windows) ** 2, axis=1, dtype=np.float64)
    known = [11.6762, 12.0007, 11.4530, 10.2645]
    assert [scores[0], scores[1], scores[195], scores.mean()] == pytest.approx(known, abs=1e-4)
    assert_equal_bytes(model.data, inputs, sanitized_host)


def test_seed_model(sanitized_host, published_model):
    model = published_model.read_bytes()
    layers = operators.layers(reader.parse(model, "seed"))
    assert len(layers) == 17
    # Its features range over 0 to 237.
    assert_equal_bytes(model, random_inputs(model), sanitized_host)


@pytest.mark.usefixtures("sanitized_host")
def test_seed_model_profile_has_its_rows(published_model, capsys):
    assert profile.main(["--host", str(published_model), "--preset", "host-sanitize"]) == 0
    text = capsys.readouterr().out
    assert "264.192k" in text
    assert "535.96k" in text
    rows = [line for line in text.splitlines() if line.count("│") > 10]
    assert len(rows) == 17
