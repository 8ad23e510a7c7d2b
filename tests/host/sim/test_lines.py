"""The ends of the serial line: clients come and go, have rates, and do not read."""

import os
import socket
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import pytest

from host.errors import FirmwareError
from host.sim.lines import PtyLine, TcpLine


@dataclass(frozen=True)
class Sent:
    """As the simulator's SentByte."""

    value: int
    cycle: int = 0
    baud: int = 115_200


def sent(data: bytes) -> Sequence[Sent]:
    return [Sent(value) for value in data]


@pytest.fixture
def pty() -> Iterator[PtyLine]:
    with closing(PtyLine(115_200)) as line:
        yield line


def open_client(path: str, rate: int | None = None) -> int:
    client = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    if rate is not None:
        settings = termios.tcgetattr(client)
        settings[4] = settings[5] = rate
        termios.tcsetattr(client, termios.TCSANOW, settings)
    return client


def read(client: int) -> bytes:
    try:
        return os.read(client, 100)
    except BlockingIOError:
        return b""


def test_bytes_before_a_client_comes_are_lost(pty: PtyLine) -> None:
    pty.write(sent(b"lost"))
    assert pty.read() == b""
    assert pty.waiting_on() == ()
    client = open_client(pty.path)
    pty.write(sent(b"hello\n"))
    assert read(client) == b"hello\n", "raw: no translation"
    os.write(client, b"\r\x03x")
    assert pty.read() == b"\r\x03x"
    assert pty.baud == 115_200
    os.close(client)


def test_the_next_client_does_not_get_what_the_last_left(pty: PtyLine) -> None:
    client = open_client(pty.path)
    pty.write(sent(b"unread"))
    os.close(client)
    pty.write(sent(b"lost"))
    client = open_client(pty.path)
    assert read(client) == b""
    pty.write(sent(b"new"))
    assert read(client) == b"new"
    os.close(client)


def test_a_client_with_another_rate_gets_garbage(pty: PtyLine) -> None:
    client = open_client(pty.path, termios.B9600)
    assert pty.baud == 9600
    pty.write(sent(b"hello"))
    garbage = read(client)
    assert garbage
    assert b"e" not in garbage
    os.close(client)


def test_a_client_that_does_not_read_loses_bytes_and_blocks_nobody(pty: PtyLine) -> None:
    client = open_client(pty.path)
    for _ in range(100):
        pty.write(sent(b"x" * 1000))
    assert read(client).startswith(b"xx")
    os.close(client)


def test_tcp_serves_one_client_at_a_time() -> None:
    with closing(TcpLine("127.0.0.1", 0)) as line:
        host, port = line.address.split(":")
        assert host == "127.0.0.1"
        line.write(sent(b"lost"))
        with socket.create_connection((host, int(port)), timeout=5) as first:
            assert collect(line, lambda _: len(line.waiting_on()) == 2) == b""
            with socket.create_connection((host, int(port)), timeout=5) as second:
                line.read()
                assert second.recv(10) == b"", "closed at once"
            first.sendall(b"abc")
            assert collect(line, lambda data: len(data) == 3) == b"abc"
            line.write(sent(b"answer"))
            assert first.recv(100) == b"answer"
        collect(line, lambda _: len(line.waiting_on()) == 1)
        with socket.create_connection((host, int(port)), timeout=5):
            collect(line, lambda _: len(line.waiting_on()) == 2)


def collect(line: TcpLine, done: Callable[[bytes], bool]) -> bytes:
    """Read until `done` says so of what has come."""
    data = b""
    end = time.monotonic() + 5
    while not done(data):
        assert time.monotonic() < end
        data += line.read()
        time.sleep(0.01)
    return data


def test_a_port_in_use_is_named() -> None:
    with closing(TcpLine("127.0.0.1", 0)) as line:
        port = int(line.address.split(":")[1])
        with pytest.raises(FirmwareError, match=rf"cannot listen on 127\.0\.0\.1:{port}: .*in use"):
            TcpLine("127.0.0.1", port)
    with pytest.raises(FirmwareError, match=r"cannot listen on 192\.0\.2\.1:0"):
        TcpLine("192.0.2.1", 0)
