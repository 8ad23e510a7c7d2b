"""Profiles and runs on a device: its cycles arrive in tables and profile/1, wrong devices are refused."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_device import FakeDevice
from fake_port import FakePort

from host import native_profile, profile, run
from host.default_model import PRETRAINED
from host.errors import DataError, FirmwareError, LinkError, UsageError
from host.link import device_profile
from host.link.device import Device
from host.report import saved_profile
from host.tflite import reader

MODEL = reader.read(PRETRAINED)
# The published schema's numbers.
OPCODES = {
    "DEQUANTIZE": 6,
    "FULLY_CONNECTED": 9,
    "RESHAPE": 22,
    "STRIDED_SLICE": 45,
    "SHAPE": 77,
    "PACK": 83,
    "QUANTIZE": 114,
}
FLOATS = 640


def infer(data: bytes) -> bytes:
    return (np.frombuffer(data, "<f4") * 2).tobytes()


def fake() -> FakeDevice:
    device = FakeDevice(model=bytes.fromhex(MODEL.sha256))
    device.input_bytes = device.output_bytes = 4 * FLOATS
    device.opcodes = [OPCODES[operator.opcode] for operator in MODEL.operators]
    device.infer = infer
    device.boot()
    device.boots = 1
    return device


Serve = Callable[[FakeDevice], str]


@pytest.fixture(autouse=True)
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "records"
    monkeypatch.setattr(saved_profile, "FOLDER", folder)
    return folder


@pytest.fixture
def serve() -> Iterator[Serve]:
    ports: list[FakePort] = []

    def start(device: FakeDevice) -> str:
        ports.append(FakePort(device))
        return ports[-1].path

    yield start
    for port in ports:
        port.close()


def test_each_layers_cycles_are_the_devices() -> None:
    result = device_profile.profile(Device(fake()), MODEL, 3)
    count = len(MODEL.operators)
    assert [layer.cpu_cycles.median for layer in result.layers] == list(range(count))
    assert [layer.accelerator_cycles.runs for layer in result.layers] == [(3 * n,) * 3 for n in range(count)]
    assert result.total_cycles is not None
    assert result.total_cycles.median == 3 * sum(range(count))
    assert result.time_s == pytest.approx(result.total_cycles.median / 78e6)
    assert (result.runs, result.clock_hz, result.board) == (3, 78_000_000, "brd2601b")
    assert (result.arena_bytes, result.ram_bytes, result.flash_bytes) == (1, 5, 6)
    assert (result.weights_ram_bytes, result.cycle_model) == (0, None)
    # 45.72 µJ in 5.410 ms are published of this chip.
    assert result.energy_uj == pytest.approx(result.time_s * 45.72 / 5.410e-3)
    assert sum(layer.energy_uj or 0 for layer in result.layers) == pytest.approx(result.energy_uj)


@pytest.mark.parametrize(
    ("unique_id", "source", "error"),
    [(0x02E570_0000000001, "simulated", True), (0x588E81_0000000001, "device", False)],
)
def test_the_source_is_the_devices(unique_id: int, source: str, error: bool) -> None:
    device = fake()
    device.unique_id = unique_id
    result = device_profile.profile(Device(device), MODEL, 1)
    assert (result.source, bool(result.cpu_cycles_error)) == (source, error)


def test_a_warm_up_comes_before_each_run_that_counts() -> None:
    device = fake()
    done: list[int] = []
    device_profile.profile(Device(device), MODEL, 2, done.append)
    assert (device.served.count(6), device.runs) == (2, 4)
    assert done == [1, 2]


def test_a_profile_of_other_layers_is_refused() -> None:
    device = fake()
    device.opcodes[1] = 3
    with pytest.raises(FirmwareError, match="profile has other layers than the model"):
        device_profile.profile(Device(device), MODEL, 1)


def test_an_unknown_kernel_is_refused() -> None:
    device = fake()
    device.kernel = b"turbo"
    with pytest.raises(FirmwareError, match="kernel is 'turbo', none of reference, baseline, fast"):
        device_profile.profile(Device(device), MODEL, 1)


def test_the_command_prints_both_tables_and_a_document(
    serve: Serve, records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "profile.json"
    port = serve(fake())
    arguments = ["--device", "--port", port, str(PRETRAINED), "--runs", "2", "--json", str(path)]
    assert profile.main(arguments) == 0
    captured = capsys.readouterr()
    text = captured.out
    for words in ("Profiling summary", "simulated (the chip's image", "Layers", "264.192k", "78 MHz"):
        assert words in text
    assert "3 (3 to 3)" in text, "the least and the largest, also where they are equal"
    assert f"record: {records / 'brd2601b-synthetic_int8-fast.json'}\n" in captured.err
    document = json.loads(path.read_text())
    assert (document["schema"], document["source"], document["runs"]) == ("profile/1", "simulated", 2)
    assert (document["board"], document["unique_id"]) == ("brd2601b", "02e5700000000001")
    assert document["layers"][2]["cpu_cycles"] == document["layers"][2]["cpu_cycles_max"] == 2


def test_the_last_profile_is_kept_to_compare_with(
    serve: Serve, records: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--device", "--port", serve(fake()), str(PRETRAINED)]
    assert profile.main(arguments) == 0
    kept = records / "brd2601b-synthetic_int8-fast.json"
    assert profile.main([*arguments, "--compare", str(kept), "--runs", "3"]) == 0
    assert "1.00" in capsys.readouterr().out
    assert [path.name for path in records.iterdir()] == [kept.name]
    assert json.loads(kept.read_text())["runs"] == 3


def test_a_record_that_cannot_be_kept_is_a_warning(
    serve: Serve, records: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records.write_text("a file")
    assert profile.main(["--device", "--port", serve(fake()), str(PRETRAINED)]) == 0
    captured = capsys.readouterr()
    assert "Profiling summary" in captured.out
    assert captured.err.count("warning: the record is not kept: cannot write") == 1


def test_a_file_that_cannot_be_written_is_said_before_the_device_is_asked(
    serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    device = fake()
    port = serve(device)
    np.save(tmp_path / "x.npy", native_profile.random_batch(MODEL, 1, 3))
    inputs = ["--input", str(tmp_path / "x.npy")]
    to_device = [str(PRETRAINED), "--device", "--port", port]
    for main, options in (
        (profile.main, ["--json", str(tmp_path / "file" / "x.json")]),
        (profile.main, ["--json", str(tmp_path)]),
        (run.main, [*inputs, "--output", str(tmp_path / "file" / "y.npy")]),
    ):
        with pytest.raises(DataError, match=r"^cannot write .*(Not|Is) a directory"):
            main([*to_device, *options])
    assert device.served == []


def test_run_gives_the_devices_outputs(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = native_profile.random_batch(MODEL, 2, 3)
    np.save(tmp_path / "x.npy", batch)
    arguments = [str(PRETRAINED), "--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy")]
    assert run.main([*arguments, "--device", "--port", serve(fake()), "--baud", "921600"]) == 0
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), 2 * batch)
    assert "kernel fast, simulated 02e5700000000001" in capsys.readouterr().out


def test_a_device_with_another_model_is_refused(serve: Serve, tmp_path: Path) -> None:
    device = FakeDevice()
    with pytest.raises(FirmwareError, match=f"{device.model.hex()}, not .* \\({MODEL.sha256}\\)"):
        profile.main(["--device", "--port", serve(device), str(PRETRAINED)])


def test_tensors_of_other_sizes_are_refused(serve: Serve, tmp_path: Path) -> None:
    device = fake()
    device.output_bytes = 7
    np.save(tmp_path / "x.npy", native_profile.random_batch(MODEL, 1, 3))
    arguments = [str(PRETRAINED), "--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy")]
    with pytest.raises(FirmwareError, match=r"tensors have \[2560, 7\] bytes"):
        run.main([*arguments, "--device", "--port", serve(device)])
    assert not (tmp_path / "y.npy").exists()


def test_a_virtual_board_does_not_stand_in_for_a_real_one(serve: Serve) -> None:
    port = serve(fake())
    with pytest.raises(LinkError, match=f"a virtual board answers on {port}, not xg24"):
        profile.main(["--device", "--board", "xg24", "--port", port, str(PRETRAINED)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "/dev/ttyACM0"], "--port goes with --device"),
        (["--host", "--board", "xg24"], "--board goes with --device"),
        (["--simulator", "--baud", "9600"], "--baud goes with --device"),
        (["--device", "--kernel", "baseline"], "--kernel goes with --host or --simulator"),
        (["--device", "--cycle-model", "range"], "--cycle-model goes with --host or --simulator"),
        (["--device", "--compare-kernels"], "--compare-kernels goes with --host or --simulator"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        profile.main([*arguments, str(PRETRAINED)])
