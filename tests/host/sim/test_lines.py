"""The ends of the serial line: clients come and go, have rates, and do not read."""

import os
import socket
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from host.errors import FirmwareError
from host.sim.lines import Line, Moment, PtyLine, TcpLine

virtual_xg24 = pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

CORE_HZ = 78_000_000
FRAME = 10 * CORE_HZ // 115_200  # cycles


class Sender:
    """A board that sends bytes at 115,200 baud one after the other, on to a line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._cycle = 0

    def send(self, data: bytes) -> None:
        sent = []
        for value in data:
            self._cycle += FRAME
            byte = virtual_xg24.SentByte(cycle=self._cycle, value=value, baud=115_200, core_hz=CORE_HZ)
            sent.append(byte)
        self._line.write(sent, Moment(self._cycle, CORE_HZ))

    def wait(self) -> None:
        self._cycle += CORE_HZ // 100
        self._line.write([], Moment(self._cycle, CORE_HZ))


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
    board = Sender(pty)
    board.send(b"lost")
    assert pty.read() == b""
    assert pty.waiting_on() == ()
    client = open_client(pty.path)
    board.send(b"hello\n")
    assert read(client) == b"hello\n", "raw: no translation"
    os.write(client, b"\r\x03x")
    assert pty.read() == b"\r\x03x"
    assert pty.baud == 115_200
    os.close(client)


def test_the_next_client_does_not_get_what_the_last_left(pty: PtyLine) -> None:
    board = Sender(pty)
    client = open_client(pty.path)
    board.send(b"unread")
    os.close(client)
    board.send(b"lost")
    client = open_client(pty.path)
    assert read(client) == b""
    board.send(b"new")
    assert read(client) == b"new"
    os.close(client)


def test_a_client_with_another_rate_gets_garbage(pty: PtyLine) -> None:
    board = Sender(pty)
    client = open_client(pty.path, termios.B9600)
    assert pty.baud == 9600
    board.send(b"hello")
    board.wait()
    garbage = read(client)
    assert garbage
    assert b"e" not in garbage
    os.close(client)


def test_a_client_that_does_not_read_loses_bytes_and_blocks_nobody(pty: PtyLine) -> None:
    board = Sender(pty)
    client = open_client(pty.path)
    for _ in range(100):
        board.send(b"x" * 1000)
    assert read(client).startswith(b"xx")
    os.close(client)


def test_tcp_serves_one_client_at_a_time() -> None:
    with closing(TcpLine("127.0.0.1", 0)) as line:
        board = Sender(line)
        host, port = line.address.split(":")
        assert host == "127.0.0.1"
        board.send(b"lost")
        with socket.create_connection((host, int(port)), timeout=5) as first:
            assert collect(line, lambda _: len(line.waiting_on()) == 2) == b""
            with socket.create_connection((host, int(port)), timeout=5) as second:
                line.read()
                assert second.recv(10) == b"", "closed at once"
            first.sendall(b"abc")
            assert collect(line, lambda data: len(data) == 3) == b"abc"
            board.send(b"answer")
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
