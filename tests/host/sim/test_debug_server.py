"""The debug port over TCP: one client, frames, random bytes, and clients that come and go."""

import errno
import os
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from host.errors import FirmwareError
from host.sim import injection
from host.sim.board import VirtualBoard
from host.sim.debug_port import DebugPort
from host.sim.debug_server import DebugServer

HELLO = b"\x00ESDP" + struct.pack("<H", 1)
CONNECT = b"\x01" + struct.pack("<I", 1_000_000)
READ_DPIDR = b"\x05" + struct.pack("<HHBI", 0, 0, 0x02, 1)
DPIDR_REPLY = struct.pack("<BBII", 0, 1, 1, 0x6BA0_2477)


class Client:
    """A connection, with frames put around requests."""

    def __init__(self, server: DebugServer) -> None:
        host, port = server.address.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=5)

    def ask(self, request: bytes) -> bytes:
        self.socket.sendall(struct.pack("<I", len(request)) + request)
        return self.receive()

    def receive(self) -> bytes:
        """A reply; b"" at the connection's end."""
        length = self._exactly(4)
        return self._exactly(struct.unpack("<I", length)[0]) if length else b""

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                return b""
            data += more
        return data

    def close(self) -> None:
        self.socket.close()


@contextmanager
def running(server: DebugServer) -> Iterator[None]:
    """Serve in another thread for as long as the body runs."""
    stop = threading.Event()

    def loop() -> None:
        while not stop.is_set():
            server.serve()
            stop.wait(0.001)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def board() -> VirtualBoard:
    return VirtualBoard()


@pytest.fixture
def server(board: VirtualBoard) -> Iterator[DebugServer]:
    with closing(DebugServer(DebugPort(board, "bench"))) as server, running(server):
        yield server


def connected(server: DebugServer) -> Client:
    client = Client(server)
    assert client.ask(HELLO)[0] == 0
    assert client.ask(CONNECT) == b"\0"
    assert client.ask(READ_DPIDR) == DPIDR_REPLY
    return client


def test_requests_are_answered_in_order(server: DebugServer) -> None:
    with closing(connected(server)) as client:
        assert client.socket.sendall(2 * (struct.pack("<I", len(READ_DPIDR)) + READ_DPIDR)) is None
        assert client.receive() == DPIDR_REPLY
        assert client.receive() == DPIDR_REPLY


def test_a_request_in_pieces(server: DebugServer) -> None:
    with closing(connected(server)) as client:
        for byte in struct.pack("<I", len(READ_DPIDR)) + READ_DPIDR:
            client.socket.sendall(bytes([byte]))
        assert client.receive() == DPIDR_REPLY


def test_a_second_client_is_refused_in_words(server: DebugServer) -> None:
    with closing(connected(server)) as first:
        with closing(Client(server)) as second:
            assert second.receive() == b"\x03another client is connected to this debug port"
            assert second.receive() == b""
        assert first.ask(READ_DPIDR) == DPIDR_REPLY


def test_the_next_client_begins_anew(server: DebugServer) -> None:
    for _ in range(20):
        with closing(connected(server)):
            pass
    with closing(Client(server)) as client:
        assert client.ask(READ_DPIDR)[0] == 2  # no HELLO yet


def test_a_silent_client_holds_nobody_up(board: VirtualBoard) -> None:
    with closing(DebugServer(DebugPort(board))) as server:
        client = Client(server)
        server.serve()
        start = time.monotonic()
        assert not server.serve()
        assert time.monotonic() - start < 1.0
        client.socket.sendall(struct.pack("<I", len(HELLO)) + HELLO)
        assert server.serve()
        assert client.receive()[0] == 0
        client.close()


def test_the_end_of_a_client_comes_before_the_next_one_whenever_they_are_looked_at(
    board: VirtualBoard,
) -> None:
    with closing(DebugServer(DebugPort(board))) as server:
        first = Client(server)
        server.serve()
        first.close()
        following = Client(server)
        following.socket.sendall(struct.pack("<I", len(HELLO)) + HELLO)
        server._accept()  # as if the first one's end had come since `_receive` looked
        server.serve()
        assert following.receive()[0] == 0
        following.close()


@pytest.mark.parametrize("length", [0, (1 << 20) + 1, 0xFFFF_FFFF])
def test_impossible_lengths_end_the_connection(server: DebugServer, length: int) -> None:
    with closing(connected(server)) as client:
        client.socket.sendall(struct.pack("<I", length))
        assert client.receive()[0] == 1
        assert client.receive() == b""
    with closing(connected(server)):
        pass


def test_a_pulled_probe_ends_the_connection(board: VirtualBoard, server: DebugServer) -> None:
    board.inject(injection.parse("probe-pull@0:1"))
    with closing(connected(server)) as client:
        assert client.ask(READ_DPIDR) == b""
    with closing(connected(server)):
        pass


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ECONNABORTED])
def test_a_connection_that_cannot_be_accepted_does_not_end_the_board(
    board: VirtualBoard, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    with closing(DebugServer(DebugPort(board))) as server:

        class Failing:
            def accept(self) -> None:
                raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patched:
            patched.setattr(server, "_listener", Failing())
            assert not server.serve()
        client = Client(server)
        client.socket.sendall(struct.pack("<I", len(HELLO)) + HELLO)
        assert not server.serve()
        assert server.serve()
        assert client.receive()[0] == 0
        client.close()


def test_waits_take_a_second_at_most(board: VirtualBoard) -> None:
    port = DebugPort(board)
    port.answer(HELLO)
    port.answer(b"\x01" + struct.pack("<I", 1_000))
    assert port.answer(READ_DPIDR) == DPIDR_REPLY
    board.inject(injection.parse("swd-wait@0:1000000"))
    read_with_waits = b"\x05" + struct.pack("<HHBI", 65_535, 0, 0x0E, 1)  # RDBUFF
    assert port.answer(read_with_waits)[:2] == b"\x00\x02"
    counters = struct.unpack_from("<QQQ", port.answer(b"\x08\x00"), 1)
    assert 900 < counters[0] < 1_300  # with CONNECT's and the first read


def test_random_bytes_do_no_harm(server: DebugServer) -> None:
    noise = random.Random(1)
    for round_number in range(60):
        with closing(Client(server)) as client:
            if round_number % 2:
                assert client.ask(HELLO)[0] == 0
            for _ in range(5):
                request = bytes([noise.randrange(5, 10)]) + noise.randbytes(noise.randrange(24))
                reply = client.ask(request)
                assert reply[0] in (0, 1, 2)
            client.socket.sendall(noise.randbytes(noise.randrange(1, 64)))
    with closing(connected(server)):
        pass


def test_a_port_that_is_taken(board: VirtualBoard, server: DebugServer) -> None:
    with pytest.raises(FirmwareError, match="cannot listen on"):
        DebugServer(DebugPort(board), int(server.address.split(":")[1]))
