"""Bad days of the link on a served virtual board: a real port, and faults of the board's own line."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from host import native_profile, run
from host.default_model import PRETRAINED
from host.errors import FirmwareError, LinkError
from host.link import channel, transports
from host.link.device import Device
from host.link.device_evaluation import Evaluation
from host.link.requests import Request
from host.link.transports import SerialTransport
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

MODEL = reader.read(PRETRAINED)
BATCH = native_profile.random_batch(MODEL, 2, native_profile.SEED)
DATA = BATCH[0].tobytes()
CODES = np.random.default_rng(4).integers(-128, 128, (200, 128), np.int8)
BAUD = 921_600


@dataclass(frozen=True)
class Served:
    port: str
    process: "subprocess.Popen[str]"


@contextmanager
def served(image: Path, runtime: Path, *options: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "host.sim", "serve", str(image), *options]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        port = re.fullmatch(r"serial: (\S+)\n", process.stdout.readline())
        assert port is not None
        while process.stdout.readline() not in ("ready\n", ""):
            pass
        try:
            yield Served(port[1], process)
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()


@pytest.fixture(scope="module")
def board(simulator_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(simulator_image, tmp_path_factory.mktemp("runtime"), "--speed", "max") as board:
        yield board


@pytest.fixture(scope="module")
def output(board: Served) -> bytes:
    with Device(SerialTransport(board.port), MODEL, BAUD) as device:
        return device.infer(DATA).output


@pytest.fixture(scope="module")
def score(board: Served) -> float:
    with Device(SerialTransport(board.port), MODEL, BAUD) as device:
        return Evaluation(device, MODEL).score("clip", CODES).score


class SpoiltPort(SerialTransport):
    """A port whose other end gets something else than was written."""

    def spoil(self, data: bytes) -> bytes:
        return data

    def write(self, data: bytes) -> None:
        super().write(self.spoil(data))


@pytest.mark.parametrize("fault", ["serial-corrupt", "serial-drop"])
def test_a_line_that_spoils_a_byte_in_a_hundred(
    fault: str, simulator_image: Path, tmp_path: Path, output: bytes, score: float
) -> None:
    options = ("--speed", "max", "--inject", f"{fault}@0:10000")
    with served(simulator_image, tmp_path, *options) as board:
        device = Device(SerialTransport(board.port), MODEL, BAUD)
        assert device.infer(DATA).output == output
        result = Evaluation(device, MODEL).score("clip", CODES)
        assert (result.score, result.windows) == (score, 196)
        assert device.session.repeats > 100
        device.close()


def test_bursts_of_garbage(board: Served, output: bytes) -> None:
    class Bursting(SpoiltPort):
        source = random.Random(3)

        def spoil(self, data: bytes) -> bytes:
            return self.source.randbytes(200) + data if self.source.random() < 0.1 else data

    with Device(Bursting(board.port), MODEL, BAUD) as device:
        assert device.infer(DATA).output == output
        assert device.line().bad_frames > 0


def test_frames_that_come_twice(board: Served, output: bytes) -> None:
    class Doubling(SpoiltPort):
        def spoil(self, data: bytes) -> bytes:
            return data * 2

    with Device(Doubling(board.port), MODEL, BAUD) as device:
        assert device.infer(DATA).output == output
        assert device.session.sessions == 1


def test_power_cuts_lose_nothing(simulator_image: Path, tmp_path: Path, output: bytes) -> None:
    # Each three seconds of the board's time; an inference takes half a second.
    cuts = [f"--inject=power-cut@{number * 234_000_000}:restart" for number in range(1, 30)]
    with served(simulator_image, tmp_path, *cuts) as board:
        device = Device(SerialTransport(board.port), MODEL)
        for _ in range(30):
            assert device.infer(DATA).output == output
            if device.session.sessions > 1:
                break
        assert device.session.sessions > 1
        device.close()


def test_a_port_that_goes_and_comes_back(board: Served, score: float) -> None:
    class Unplugged(SerialTransport):
        reads = 0

        def read(self, timeout_s: float) -> bytes:
            self.reads += 1
            if self.reads == 30:
                raise LinkError(f"{self.name} has gone")
            return super().read(timeout_s)

    device = Device(Unplugged(board.port), MODEL, BAUD)
    assert Evaluation(device, MODEL).score("clip", CODES).score == score
    assert device.session.sessions == 2
    device.close()


def test_a_server_that_is_killed(
    simulator_image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "RECONNECT_S", 0.3)
    with served(simulator_image, tmp_path, "--speed", "max") as board:
        device = Device(SerialTransport(board.port), MODEL)
        device.infer(DATA)
        board.process.kill()
        with pytest.raises(
            LinkError, match=f"^{board.port} has gone in the middle of the work, and 0.3 s later"
        ):
            device.infer(DATA)
        device.close()


def test_a_host_that_is_killed_and_started_again(board: Served, tmp_path: Path, output: bytes) -> None:
    np.save(tmp_path / "x.npy", np.repeat(BATCH, 2000, axis=0))
    arguments = ["--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy"), "--device"]
    command = [sys.executable, "-m", "host.run", str(PRETRAINED), *arguments, "--port", board.port]
    with subprocess.Popen([*command, "--baud", str(BAUD)], stderr=subprocess.DEVNULL) as first:
        while not any(f"({first.pid})" in each for each in transports.users(board.port)):
            assert first.poll() is None
        time.sleep(0.5)  # well into its session
        first.kill()
    with Device(SerialTransport(board.port), MODEL) as device:
        assert device.infer(DATA).output == output
    assert not (tmp_path / "y.npy").exists()


def test_another_process_on_the_port_is_named(
    board: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "x.npy", BATCH)
    script = (
        "import sys, time; port = open(sys.argv[1], 'rb', buffering=0); print(flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, board.port]
    files = ["--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(
            LinkError, match=rf"^{board.port} is in use by \S+ \({other.pid}\): end that first$"
        ):
            run.main([str(PRETRAINED), *files, "--device", "--port", board.port])
        other.kill()
    assert run.main([str(PRETRAINED), *files, "--device", "--port", board.port]) == 0


def test_an_old_protocol_version_is_said(board: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Request.hello.__func__, "__defaults__", (bytes(32), 1))
    with pytest.raises(
        LinkError, match=r"another version of the link .*this device speaks protocol version 2"
    ):
        Device(SerialTransport(board.port), MODEL)


def test_another_model_is_said(board: Served) -> None:
    other = reader.parse(PRETRAINED.read_bytes() + b"\0", "other")
    with pytest.raises(FirmwareError, match=f"runs the model {MODEL.sha256}, not other"):
        Device(SerialTransport(board.port), other)


def test_a_silent_device_is_said(simulator_image: Path, tmp_path: Path) -> None:
    with served(simulator_image, tmp_path, "--speed", "max") as board:
        board.process.send_signal(signal.SIGSTOP)
        start = time.monotonic()
        with pytest.raises(
            LinkError, match=r"nobody answers on .* within 5 s: check that the board is powered"
        ):
            Device(SerialTransport(board.port), MODEL)
        assert time.monotonic() - start < 6


def test_faults_of_the_accelerator_are_said(
    simulator_image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "x.npy", BATCH)
    files = ["--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy")]
    arguments = [str(PRETRAINED), *files, "--device", "--port"]
    # Four a second of the board's time, and a run takes a second of it.
    faults = [f"--inject=mvp-bus-error@{number * 19_500_000}" for number in range(1, 120)]
    with served(simulator_image, tmp_path, *faults) as board:
        assert run.main([*arguments, board.port]) == 0
    said = capsys.readouterr().err
    (warning,) = (line for line in said.splitlines() if "warning" in line)
    assert re.search(r"programs? of the accelerator faulted or timed out", warning)
