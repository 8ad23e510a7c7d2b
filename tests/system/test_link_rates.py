"""A served board at a rate that the computer does not expect: found, and said in one line."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from host import native_profile, run
from host.default_model import PRETRAINED
from host.link.device import Device
from host.link.session import Session
from host.link.transports import SerialTransport
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

MODEL = reader.read(PRETRAINED)


@pytest.fixture(scope="module")
def port(simulator_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    command = [sys.executable, "-m", "host.sim", "serve", str(simulator_image), "--speed", "max"]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path_factory.mktemp("runtime"))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as serving:
        assert serving.stdout is not None
        line = re.fullmatch(r"serial: (\S+)\n", serving.stdout.readline())
        assert line is not None
        while serving.stdout.readline() not in ("ready\n", ""):
            pass
        yield line[1]
        serving.terminate()


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    np.save(tmp_path / "x.npy", native_profile.random_batch(MODEL, 1, native_profile.SEED))
    return ["--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy")]


@pytest.mark.parametrize("rate", [921_600, 460_800, 57_600])
def test_a_rate_that_an_ended_process_left_is_said(
    rate: int, port: str, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    transport = SerialTransport(port)
    Session(transport).set_baud(rate)
    transport.close()  # as when the process is killed: no goodbye
    arguments = [str(PRETRAINED), *files, "--device", "--port", port]
    assert run.main(arguments) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert re.search(rf"warning: the device on {port} (was at|did not understand the first words)", said)
    assert "now at 115200" in said
    assert run.main(arguments) == 0
    assert "warning" not in capsys.readouterr().err


@pytest.mark.parametrize("rate", [921_600, 9_600, 1_200])
def test_a_session_leaves_the_first_rate(rate: int, port: str) -> None:
    Device(SerialTransport(port), MODEL, rate).close()
    client = Device(SerialTransport(port), MODEL)
    assert (client.connection.remark(), client.session.lost_hellos) == ("", 0)
    client.close()


@pytest.mark.parametrize("rate", ["1199", "9999999999", "x", "-5", ""])
def test_a_rate_that_is_none(rate: str, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run.main(
            [str(PRETRAINED), "--input", "x", "--output", "y", "--device", "--port", port, "--baud", rate]
        )
    assert caught.value.code == 2
    assert "is no rate: 1200 to 10000000 is possible" in capsys.readouterr().err
