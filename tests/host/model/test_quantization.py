import numpy as np
import pytest

from host.model import autoencoder, quantization
from host.model.autoencoder import Autoencoder
from host.model.quantization import QuantizationSettings
from host.model.settings import TrainingSettings
from host.model.trainer import Optimization, Trainer
from host.tflite import reader
from host.tflite.golden import GoldenInterpreter

SETTINGS = TrainingSettings(seed=3)

# The operators of Silicon Labs' published anomaly_detection model, in its order.
SEED_OPERATORS = [
    "QUANTIZE",
    "RESHAPE",
    *["FULLY_CONNECTED"] * 10,
    "SHAPE",
    "STRIDED_SLICE",
    "PACK",
    "RESHAPE",
    "DEQUANTIZE",
]


@pytest.fixture(scope="module")
def windows() -> np.ndarray:
    return np.random.default_rng(0).normal(-29, 10, (64, 640)).astype(np.float32)


@pytest.fixture(scope="module")
def trained(windows: np.ndarray) -> Autoencoder:
    model = autoencoder.build(SETTINGS)
    trainer = Trainer(model, Optimization(0.01))
    for _ in range(200):
        trainer.step(windows)
    return model


@pytest.fixture(scope="module")
def float_io(trained: Autoencoder, windows: np.ndarray) -> bytes:
    return quantization.to_int8(trained, SETTINGS, windows, "float")


def weight_scales(data: bytes) -> list[int]:
    model = reader.parse(data, "model")
    layers = [operator for operator in model.operators if operator.opcode == "FULLY_CONNECTED"]
    quantizations = [model.tensors[layer.inputs[1]].quantization for layer in layers]
    return [len(q.scales) if q else 0 for q in quantizations]


def test_float_ends_give_the_seeds_operators_in_its_order(float_io: bytes) -> None:
    model = reader.parse(float_io, "model")
    assert [operator.opcode for operator in model.operators] == SEED_OPERATORS
    assert (model.input.type, model.input.shape) == ("float32", (1, 5, 128, 1))
    assert (model.output.type, model.output.shape) == ("float32", (1, 5, 128, 1))


def test_activations_are_fused_into_all_layers_but_the_last(float_io: bytes) -> None:
    layers = [o for o in reader.parse(float_io, "model").operators if o.opcode == "FULLY_CONNECTED"]
    assert [layer.option("FusedActivationFunction") for layer in layers] == [1] * 9 + [0]


def test_one_weight_scale_per_tensor_is_the_default(float_io: bytes) -> None:
    assert weight_scales(float_io) == [1] * 10


def test_int8_ends_give_ten_fully_connected_per_channel_if_asked(
    trained: Autoencoder, windows: np.ndarray
) -> None:
    settings = QuantizationSettings(per_channel=True)
    data = quantization.to_int8(trained, SETTINGS, windows, "int8", settings)
    model = reader.parse(data, "model")
    assert [operator.opcode for operator in model.operators] == ["FULLY_CONNECTED"] * 10
    assert (model.input.type, model.input.shape) == ("int8", (1, 640))
    assert (model.output.type, model.output.shape) == ("int8", (1, 640))
    assert weight_scales(data) == [128, 128, 128, 128, 8, 128, 128, 128, 128, 640]


def test_float_model_computes_what_keras_computes(trained: Autoencoder, windows: np.ndarray) -> None:
    interpreter = GoldenInterpreter(quantization.to_float(trained))
    outputs = interpreter.run(windows).reshape(windows.shape)
    np.testing.assert_allclose(outputs, trained.predict(windows), rtol=1e-4, atol=1e-3)


def test_int8_model_stays_near_the_float_model(
    trained: Autoencoder, windows: np.ndarray, float_io: bytes
) -> None:
    outputs = GoldenInterpreter(float_io).run(windows).reshape(windows.shape)
    assert np.abs(outputs - trained.predict(windows)).mean() < 0.5  # dB, of a spread of 10
