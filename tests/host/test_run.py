"""`host.run`: batches through the firmware, compared with tflite-micro, and everything it refuses."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tflite_models

from host import native, run
from host.errors import DataError, HostError, ModelError, UsageError
from host.tflite.golden import GoldenInterpreter


class Folder:
    """A model and an input in a folder, and the command run on them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, model: bytes, inputs: np.ndarray, *options: str) -> int:
        (self.path / "m.tflite").write_bytes(model)
        np.save(self.path / "x.npy", inputs)
        return self.call(*options)

    def call(self, *options: str) -> int:
        places = ["--input", str(self.path / "x.npy"), "--output", str(self.path / "y.npy")]
        return run.main([str(self.path / "m.tflite"), *places, "--preset", "host-sanitize", *options])

    @property
    def output(self) -> np.ndarray:
        return np.load(self.path / "y.npy")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize("shape", [(3, 5, 128, 1), (3, 640)])
def test_float_model_takes_both_shapes(folder, shape):
    model = tflite_models.autoencoder_float()
    inputs = np.random.default_rng(1).uniform(-84, 14, shape).astype(np.float32)
    assert folder.run(model, inputs, "--kernel", "reference", "--host") == 0
    assert folder.output.shape == (3, 5, 128, 1)
    expected = GoldenInterpreter(model).run(inputs.reshape(3, 5, 128, 1))
    assert folder.output.tobytes() == expected.tobytes()


@pytest.mark.usefixtures("sanitized_host")
def test_int8_model(folder, capsys):
    model = tflite_models.autoencoder_int8(per_channel=True)
    inputs = np.random.default_rng(2).integers(-128, 128, (4, 640)).astype(np.int8)
    assert folder.run(model, inputs, "--kernel", "reference") == 0
    assert folder.output.tobytes() == GoldenInterpreter(model).run(inputs).tobytes()
    assert "[4, 640] int8, kernel reference" in capsys.readouterr().out


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize("kernel", ["baseline", "fast"])
def test_accelerated_kernels_stay_close(folder, kernel):
    # One layer: half precision moves a result by a step or two.
    model = tflite_models.chain(128, [tflite_models.Layer(128)])
    inputs = np.random.default_rng(3).integers(-128, 128, (4, 128)).astype(np.int8)
    assert folder.run(model, inputs, "--kernel", kernel) == 0
    difference = folder.output.astype(int) - GoldenInterpreter(model).run(inputs)
    assert np.abs(difference).max() <= 2


@pytest.mark.usefixtures("sanitized_host")
@pytest.mark.parametrize("faults", [0, 2])
def test_warns_of_faults_in_one_line(folder, capsys, monkeypatch, faults):
    call = native.run
    monkeypatch.setattr(
        native, "run", lambda *args, **options: dataclasses.replace(call(*args, **options), faults=faults)
    )
    assert folder.run(tflite_models.chain(3, [tflite_models.Layer(2)]), np.zeros((1, 3), np.int8)) == 0
    warnings = [line for line in capsys.readouterr().err.splitlines() if "fault" in line]
    assert len(warnings) == (faults > 0)
    assert not faults or "warning: 2 programs of the accelerator" in warnings[0]


@pytest.mark.parametrize(
    ("model", "inputs", "error"),
    [
        (tflite_models.autoencoder_int8(), np.zeros((2, 640), np.float32), DataError),
        (tflite_models.autoencoder_int8(), np.zeros((2, 641), np.int8), DataError),
        (tflite_models.autoencoder_float(), np.zeros((640,), np.float32), DataError),
        (tflite_models.unsupported(), np.zeros((1, 4), np.float32), ModelError),
        (b"", np.zeros((1, 4), np.float32), ModelError),
    ],
)
def test_refuses_with_one_line_and_writes_nothing(folder, model, inputs, error):
    with pytest.raises(error) as caught:
        folder.run(model, inputs)
    assert "\n" not in str(caught.value)
    assert not (folder.path / "y.npy").exists()


@pytest.mark.usefixtures("sanitized_host")
def test_a_file_that_is_no_array_is_refused(folder):
    (folder.path / "m.tflite").write_bytes(tflite_models.autoencoder_int8())
    (folder.path / "x.npy").write_bytes(b"1,2,3\n")
    with pytest.raises(DataError):
        folder.call()


@pytest.mark.parametrize(
    ("option", "value"), [("--kernel", "slow"), ("--cycle-model", "sundial"), ("--arena", "-5")]
)
def test_an_unknown_name_or_odd_size_is_a_usage_error(folder, capsys, option, value):
    with pytest.raises(SystemExit) as caught:
        folder.call(option, value)
    assert value in capsys.readouterr().err
    assert caught.value.code == 2


@pytest.mark.usefixtures("sanitized_host")
def test_ram_is_for_kernels_of_the_accelerator(folder):
    options = ["--input", "x.npy", "--output", "y.npy", "--weights", "ram", "--kernel", "reference"]
    with pytest.raises(UsageError, match="--weights ram is for kernels of the accelerator"):
        run.main(["m.tflite", *options])


def test_an_output_that_cannot_be_written_is_one_line(folder):
    (folder.path / "y.npy").mkdir()
    (folder.path / "y.npy" / "kept").write_text("")
    with pytest.raises(HostError):
        folder.run(tflite_models.chain(3, [tflite_models.Layer(2)]), np.zeros((1, 3), np.int8))
    assert (folder.path / "y.npy" / "kept").exists()
