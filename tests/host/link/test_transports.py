"""Ports: pseudo-terminals, TCP, who else has one open, and what is said when one is missing or goes."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_device import FakeDevice, output_of
from fake_port import FakePort

from host.errors import LinkError
from host.link import transports
from host.link.device import Device
from host.link.session import Session
from host.link.transports import SerialTransport


@pytest.fixture
def port() -> Iterator[FakePort]:
    served = FakePort(FakeDevice())
    yield served
    served.close()


def test_a_session_over_a_pseudo_terminal(port: FakePort) -> None:
    data = bytes(range(256)) * 2 + bytes(128)
    with Device(SerialTransport(port.path), baud=460_800) as device:
        assert device.infer(data).output == output_of(data)
        assert port.device.rate == 460_800
    assert not port.device.open


def test_one_after_the_other_may_use_a_port(port: FakePort) -> None:
    for _ in range(2):
        Device(SerialTransport(port.path)).close()
    assert port.device.sessions == 2


def test_a_port_that_is_missing() -> None:
    with pytest.raises(LinkError, match="there is no port /dev/ttyACM97: plug the board in"):
        SerialTransport("/dev/ttyACM97")


@pytest.mark.parametrize("name", ["/dev/null", "file", "."])
def test_what_is_no_port(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LinkError, match=r"is no serial port: give|cannot open .*: Is a directory") as caught:
        SerialTransport(str(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_another_process_on_the_port_is_named(port: FakePort) -> None:
    script = (
        "import sys, time; file = open(sys.argv[1], 'rb', buffering=0); print(flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, port.path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        expected = rf"{port.path} is in use by \S+ \({other.pid}\): end that first"
        with pytest.raises(LinkError, match=expected):
            SerialTransport(port.path)
        other.kill()
    SerialTransport(port.path).close()


def test_this_process_cannot_open_a_port_twice(port: FakePort) -> None:
    first = SerialTransport(port.path)
    with pytest.raises(LinkError, match=f"{re.escape(port.path)} is in use by another process"):
        SerialTransport(port.path)
    first.close()


def test_users_of_nothing() -> None:
    assert transports.users("/nowhere") == ()


def test_a_port_that_goes() -> None:
    master, client = os.openpty()
    transport = SerialTransport(os.ttyname(client))
    os.close(client)
    os.close(master)
    with pytest.raises(LinkError, match=r"has gone: who serves it has ended$"):
        for _ in range(3):
            transport.read(0.1)
            transport.write(b"x")
    with pytest.raises(LinkError, match=r"there is no port .*: who served it has ended; start that again"):
        transport.reopen()


def test_an_impossible_rate(port: FakePort) -> None:
    transport = SerialTransport(port.path)
    with pytest.raises(LinkError, match="cannot be set to -1 baud"):
        transport.baud = -1
    transport.close()


def test_a_port_unplugged_and_back_under_its_name(tmp_path: Path) -> None:
    device = FakeDevice()
    port = FakePort(device)
    name = tmp_path / "ttyACM0"
    name.symlink_to(port.path)
    data = bytes(640)
    with Device(SerialTransport(str(name)), baud=460_800) as client:
        client.infer(data)
        name.unlink()
        port.close()
        device.boot()
        back: list[FakePort] = []

        def plug() -> None:
            back.append(FakePort(device))
            name.symlink_to(back[0].path)

        timer = threading.Timer(0.5, plug)
        timer.start()
        assert client.infer(data).output == output_of(data)
        assert client.session.sessions == 2
    timer.join()
    back[0].close()


def test_a_session_over_tcp() -> None:
    device = FakeDevice()
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        connection.settimeout(0.02)
        with connection:
            while not stop.is_set():
                try:
                    data = connection.recv(4096)
                except TimeoutError:
                    data = b""
                device.write(data)
                connection.sendall(device.read(0.01))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    host, number = listener.getsockname()
    transport = SerialTransport(f"socket://{host}:{number}")
    assert Session(transport).hello.unique_id == "02e5700000000001"
    stop.set()
    thread.join()
    listener.close()
    with pytest.raises(LinkError, match="has gone"):
        for _ in range(3):
            transport.read(0.2)
            transport.write(b"x")
    transport.close()


def test_a_tcp_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
    with pytest.raises(LinkError, match=f"cannot open socket://127.0.0.1:{number}: .*refused"):
        SerialTransport(f"socket://127.0.0.1:{number}")
