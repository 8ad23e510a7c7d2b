"""One other end: two lines to a port do not talk into each other's session."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from host.sim.lines import Moment, PtyLine, TcpLine
from host.sim.other_end import OtherEnd, Received

virtual_xg24 = pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

CORE_HZ = 78_000_000


class Port:
    """A board's end of both lines."""

    def __init__(self) -> None:
        self.pty = PtyLine(115_200)
        self.tcp = TcpLine("127.0.0.1", 0)
        self._end = OtherEnd((self.pty, self.tcp))
        self._cycle = 0

    def close(self) -> None:
        self.pty.close()
        self.tcp.close()

    def heard(self) -> list[Received]:
        """What comes in within a while in which bytes of this computer arrive surely."""
        found = []
        for _ in range(10):
            found += self._end.read()
            time.sleep(0.01)
        return found

    def say(self, data: bytes) -> None:
        sent = []
        for value in data:
            self._cycle += 10 * CORE_HZ // 115_200
            sent.append(virtual_xg24.SentByte(cycle=self._cycle, value=value, baud=115_200, core_hz=CORE_HZ))
        self._end.write(sent, Moment(self._cycle, CORE_HZ))


@pytest.fixture
def port() -> Iterator[Port]:
    with closing(Port()) as port:
        yield port


@contextmanager
def on_pty(port: Port) -> Iterator[int]:
    client = os.open(port.pty.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        yield client
    finally:
        os.close(client)


def on_tcp(port: Port) -> socket.socket:
    host, number = port.tcp.address.split(":")
    client = socket.create_connection((host, int(number)), timeout=2)
    client.settimeout(2)
    return client


def heard_on_pty(client: int) -> bytes:
    try:
        return os.read(client, 100)
    except BlockingIOError:
        return b""


def is_closed(client: socket.socket) -> bool:
    try:
        return client.recv(100) == b""
    except ConnectionResetError:
        return True


def test_a_tcp_client_beside_an_open_terminal_is_closed_at_once(port: Port) -> None:
    with on_pty(port) as client:
        assert port.heard() == []
        with on_tcp(port) as second:
            second.send(b"second")
            os.write(client, b"first")
            assert [each.data for each in port.heard()] == [b"first"]
            assert is_closed(second)
        port.say(b"answer")
        assert heard_on_pty(client) == b"answer"


def test_a_terminal_that_is_opened_beside_tcp_neither_speaks_nor_hears(port: Port) -> None:
    with on_tcp(port) as client:
        port.heard()
        with on_pty(port) as second:
            os.write(second, b"second")
            client.send(b"first")
            assert [each.data for each in port.heard()] == [b"first"]
            port.say(b"answer")
            assert client.recv(100) == b"answer"
            assert heard_on_pty(second) == b""
            client.close()
            assert port.heard() == [], "what was written meanwhile is dropped"
            os.write(second, b"now")
            assert [each.data for each in port.heard()] == [b"now"]
            port.say(b"answer")
            assert heard_on_pty(second) == b"answer"


def test_the_port_is_free_when_its_client_has_left(port: Port) -> None:
    with on_pty(port) as client:
        port.heard()
        os.write(client, b"last words")
    assert [each.data for each in port.heard()] == [b"last words"]
    with on_tcp(port) as following:
        following.send(b"hello")
        assert [each.data for each in port.heard()] == [b"hello"]
        port.say(b"answer")
        assert following.recv(100) == b"answer"
