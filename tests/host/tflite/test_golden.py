from pathlib import Path

import numpy as np
import pytest

from host.errors import ModelError
from host.tflite.golden import GoldenInterpreter


@pytest.fixture
def model(shared: Path) -> bytes:
    return (shared / "data" / "mlperf_tiny" / "ad01_int8.tflite").read_bytes()


def test_details(model: bytes) -> None:
    interpreter = GoldenInterpreter(model)
    assert (interpreter.input.dtype, interpreter.input.shape) == (np.int8, (1, 640))
    assert interpreter.input.scale == pytest.approx(0.3910152316, abs=1e-9)
    assert interpreter.input.zero_point == 89
    assert interpreter.output.scale == pytest.approx(0.3644984663, abs=1e-9)
    assert interpreter.output.zero_point == 96
    assert interpreter.input.item_shape == (640,)


def test_float_model_has_no_scales(shared: Path) -> None:
    data = (shared / "data" / "mlperf_tiny" / "ad01_fp32.tflite").read_bytes()
    interpreter = GoldenInterpreter(data)
    assert (interpreter.input.dtype, interpreter.input.scale) == (np.float32, None)


def test_items_of_a_batch_do_not_influence_each_other(model: bytes) -> None:
    interpreter = GoldenInterpreter(model)
    batch = np.random.default_rng(0).integers(-128, 128, (5, 640), dtype=np.int8)
    outputs = interpreter.run(batch)
    assert (outputs.shape, outputs.dtype) == ((5, 640), np.int8)
    np.testing.assert_array_equal(interpreter.run(batch[3:4])[0], outputs[3])
    np.testing.assert_array_equal(interpreter.run(batch[::-1])[::-1], outputs)


def test_empty_batch(model: bytes) -> None:
    assert GoldenInterpreter(model).run(np.empty((0, 640), np.int8)).shape == (0, 640)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (np.zeros((1, 640), np.float32), "input is int8, the array is float32"),
        (np.zeros((2, 320), np.int8), "shape .640., an item of the array has .320."),
        (np.zeros((), np.int8), "shape"),
    ],
)
def test_wrong_input(model: bytes, batch: np.ndarray, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        GoldenInterpreter(model).run(batch)


@pytest.mark.parametrize("length", [0, 4, 8, 100, 5000, 200_000])
def test_cut_file(model: bytes, length: int) -> None:
    with pytest.raises(ModelError):
        GoldenInterpreter(model[:length])


def test_no_model_at_all() -> None:
    with pytest.raises(ModelError, match=r"not a \.tflite file"):
        GoldenInterpreter(b"RIFF....WAVEfmt and so on, a recording")


def test_reason_from_the_cpp_side_is_in_the_message(model: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    # The one code of all layers, replaced by one that TFLM does not have: LOCAL_RESPONSE_NORM.
    unknown = replace_operator_code(model, 9, 13)
    with pytest.raises(ModelError, match=r"tflite-micro cannot load the model: .*LOCAL_RESPONSE"):
        GoldenInterpreter(unknown)
    assert capfd.readouterr() == ("", "")


def replace_operator_code(model: bytes, old: int, new: int) -> bytes:
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

    code = schema.Model.GetRootAs(model, 0).OperatorCodes(0)
    table = code._tab
    changed = bytearray(model)
    for slot in (4, 10):  # deprecated_builtin_code, int8; builtin_code, int32
        if offset := table.Offset(slot):
            assert changed[table.Pos + offset] == old
            changed[table.Pos + offset] = new
    return bytes(changed)
