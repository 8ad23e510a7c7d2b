"""The link over its whole path: host, line and the chip's image on the virtual board, also on bad days."""

import json
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from host import native, native_profile, profile, run
from host.default_model import PRETRAINED
from host.errors import FirmwareError, LinkError
from host.link.device import Device
from host.link.device_evaluation import Evaluation
from host.link.requests import Request
from host.link.transports import BoardTransport, SerialTransport
from host.sim import image_file, inference
from host.sim.board import VirtualBoard
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

MODEL = reader.read(PRETRAINED)
BATCH = native_profile.random_batch(MODEL, 2, native_profile.SEED)


@dataclass(frozen=True)
class Served:
    port: str
    process: subprocess.Popen[str]


Serve = Callable[..., Served]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory, simulator_image: Path) -> Iterator[Serve]:
    """Serves the image of the model that comes along; a board for each set of arguments."""
    runtime = tmp_path_factory.mktemp("runtime")
    boards: dict[tuple[str, ...], Served] = {}

    def start(*options: str) -> Served:
        if options not in boards:
            name = f"board-{len(boards)}"
            command = [sys.executable, "-m", "host.sim", "serve", str(simulator_image), "--name", name]
            process = subprocess.Popen(
                [*command, *options],
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | {"XDG_RUNTIME_DIR": str(runtime)},
            )
            assert process.stdout is not None
            port = re.fullmatch(r"serial: (\S+)\n", process.stdout.readline())
            assert port is not None
            while process.stdout.readline() not in ("ready\n", ""):
                pass
            boards[options] = Served(port[1], process)
        return boards[options]

    yield start
    for board in boards.values():
        board.process.send_signal(signal.SIGTERM)
        board.process.communicate()


@pytest.fixture(scope="module")
def outputs(sanitized_host: Path) -> np.ndarray:
    return native.run(MODEL, BATCH, "fast", executable=sanitized_host).outputs


def in_process(image: Path) -> BoardTransport:
    board = VirtualBoard()
    board.load(image_file.read(image))
    return BoardTransport(board)


def document(path: Path, *arguments: str) -> dict:
    assert profile.main([str(PRETRAINED), "--json", str(path), *arguments]) == 0
    return json.loads(path.read_text())


def test_a_served_boards_profile_is_the_simulators(
    serve: Serve, simulator_image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--device", "--port", serve("--speed", "max").port]
    device = document(tmp_path / "device.json", *options)
    text = capsys.readouterr().out
    assert "Profiling summary" in text
    assert "Layers" in text
    assert "simulated (the chip's image on the virtual board)" in text
    # After one warm-up and on the same input.
    batch = np.repeat(BATCH[:1], 2, axis=0)
    simulated = inference.run(MODEL, batch, simulator_image)
    assert device["source"] == "simulated"
    assert device["unique_id"] == simulated.unique_id
    assert device["summary"]["arena_bytes"] == simulated.arena_used_bytes
    for one, other in zip(device["layers"], simulated.layers, strict=True):
        assert one["opcode"] == other.opcode
        assert one["accelerator_cycles"] == other.accelerator_cycles[1]
    cpu = sum(layer.cpu_cycles[1] for layer in simulated.layers)
    assert device["summary"]["cpu_cycles"] == pytest.approx(cpu, rel=0.005)


def test_a_batch_runs_as_on_this_computer(serve: Serve, outputs: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", BATCH)
    files = ["--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy")]
    port = serve("--speed", "max").port
    assert run.main([str(PRETRAINED), *files, "--device", "--port", port, "--baud", "921600"]) == 0
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), outputs)


def test_a_board_at_the_speed_of_real_time(serve: Serve, outputs: np.ndarray) -> None:
    with Device(SerialTransport(serve().port), MODEL, 460_800) as device:
        assert device.infer(BATCH[0].tobytes()).output == outputs[0].tobytes()
        assert device.line().baud == 460_800


def test_a_host_that_ended_without_goodbye_comes_back(serve: Serve) -> None:
    port = serve().port
    first = SerialTransport(port)
    Device(first, MODEL, 921_600)
    first.close()
    with Device(SerialTransport(port), MODEL) as device:
        assert device.texts.board == "brd2601b"


def test_another_model_is_said(serve: Serve) -> None:
    other = reader.parse(PRETRAINED.read_bytes() + b"\0", "other")
    with pytest.raises(FirmwareError, match=f"runs the model {MODEL.sha256}, not other \\({other.sha256}\\)"):
        Device(SerialTransport(serve("--speed", "max").port), other)


def test_what_a_device_tells_of_itself(simulator_image: Path) -> None:
    device = Device(in_process(simulator_image), MODEL)
    assert (device.source, device.clock_hz) == ("simulated", 78_000_000)
    assert device.build_id == image_file.read(simulator_image).build_id
    assert (device.texts.board, device.texts.kernel.split()[0]) == ("brd2601b", "fast")
    assert [tensor.bytes for tensor in device.tensors] == [2560, 2560]
    assert device.window.values == 640
    memory = device.memory()
    assert memory.arena_used is not None
    assert memory.arena_size is not None
    assert memory.arena_used <= memory.arena_size
    assert memory.stack_used is not None
    assert memory.stack_size is not None
    assert 0 < memory.stack_used < memory.stack_size
    assert device.self_test().failed == 0


def test_a_clip_slides_through_the_window(simulator_image: Path) -> None:
    evaluation = Evaluation(Device(in_process(simulator_image), MODEL, 921_600), MODEL)
    frames = np.random.default_rng(4).normal(-30, 8, (200, 128)).astype(np.float32)
    codes = evaluation.codes(frames)
    result = evaluation.score("clip", codes)
    assert result.windows == 196
    # Kernel fast computes in binary16: what it is off by is bounded by the tests of its accuracy.
    assert result.score == pytest.approx(evaluation.golden(codes).scores.mean(), rel=0.01)
    assert result.cycles > 100_000


def test_kernel_reference_gives_the_golden_scores() -> None:
    image = inference.build(MODEL, PRETRAINED, "reference", preset="host-sanitize").elf
    evaluation = Evaluation(Device(in_process(image), MODEL, 921_600), MODEL)
    frames = np.random.default_rng(4).normal(-30, 8, (200, 128)).astype(np.float32)
    result = evaluation.score("clip", evaluation.codes(frames))
    assert (result.windows, result.output_difference) == (196, 0)
    assert result.score_difference < 1e-5


def test_a_host_at_another_rate_finds_the_device(serve: Serve) -> None:
    with Device(SerialTransport(serve("--speed", "max").port, 9_600), MODEL) as device:
        assert (device.connection.found_at_baud, device.session.baud) == (115_200, 115_200)


def test_another_version_of_the_protocol_is_said(
    simulator_image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Request.hello.__func__, "__defaults__", (bytes(32), 1))
    with pytest.raises(LinkError, match="speaks another version of the link"):
        Device(in_process(simulator_image), MODEL)


class BadLine(BoardTransport):
    """A virtual board's line that does something to the bytes, both ways."""

    def __init__(self, board: VirtualBoard, spoil: Callable[[bytes], bytes]) -> None:
        super().__init__(board)
        self.board = board
        self.spoil = spoil

    def read(self, timeout_s: float) -> bytes:
        return self.spoil(super().read(timeout_s))

    def write(self, data: bytes) -> None:
        super().write(self.spoil(data))


def corrupt(source: random.Random, data: bytes) -> bytes:
    return bytes(byte ^ 1 << source.randrange(8) if source.random() < 0.01 else byte for byte in data)


def drop(source: random.Random, data: bytes) -> bytes:
    return bytes(byte for byte in data if source.random() >= 0.01)


def burst(source: random.Random, data: bytes) -> bytes:
    return source.randbytes(200) + data if source.random() < 0.05 else data


@pytest.mark.parametrize("day", [corrupt, drop, burst])
def test_a_bad_line_loses_nothing(
    day: Callable[[random.Random, bytes], bytes], simulator_image: Path, outputs: np.ndarray
) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    source = random.Random(5)
    device = Device(BadLine(board, lambda data: day(source, data)), MODEL)
    for item, expected in zip(BATCH, outputs, strict=True):
        assert device.infer(item.tobytes()).output == expected.tobytes()


def test_frames_that_come_twice_are_served_once(simulator_image: Path, outputs: np.ndarray) -> None:
    class Doubling(BoardTransport):
        def write(self, data: bytes) -> None:
            super().write(data * 2)

    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    device = Device(Doubling(board), MODEL)
    assert device.infer(BATCH[0].tobytes()).output == outputs[0].tobytes()
    assert (device.session.sessions, device.session.repeats) == (1, 0)


@pytest.mark.parametrize("when", [1, 5, 24, 26, 40])
def test_a_reset_in_an_inference_is_survived(when: int, simulator_image: Path, outputs: np.ndarray) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    device = Device(line := BadLine(board, lambda data: data), MODEL)
    writes = iter(range(1, 10**6))

    def reset(data: bytes) -> bytes:
        if data and next(writes) == when:
            board.reset()
        return data

    line.spoil = reset
    assert device.infer(BATCH[0].tobytes()).output == outputs[0].tobytes()
    assert device.session.sessions == 2


def test_a_reset_in_a_clip_is_survived(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    evaluation = Evaluation(Device(line := BadLine(board, lambda data: data), MODEL, 921_600), MODEL)
    codes = np.random.default_rng(4).integers(-128, 128, (200, 128), np.int8)
    expected = evaluation.score("clip", codes)
    assert expected.windows == 196
    writes = iter(range(1, 10**6))

    def reset(data: bytes) -> bytes:
        if data and next(writes) == 500:
            board.reset()
        return data

    line.spoil = reset
    again = evaluation.score("clip", codes)
    assert (again.score, again.windows) == (expected.score, 196)


def test_a_board_that_stops_is_said(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    device = Device(line := BadLine(board, lambda data: data), MODEL)
    assert device.tensors
    line.spoil = lambda data: b""
    with pytest.raises(LinkError, match="has not answered SET_INPUT for 5 s"):
        device.infer(BATCH[0].tobytes())


def test_the_console_answers_after_a_session(simulator_image: Path) -> None:
    board = VirtualBoard()
    board.load(image_file.read(simulator_image))
    Device(BoardTransport(board), MODEL).close()
    board.sent()
    board.send(b"help\r")
    board.run(cycles=78_000_000 // 5)
    assert b"info" in board.sent()
