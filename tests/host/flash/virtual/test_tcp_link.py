"""A link over TCP: pieces, refusals, ends, answers that make no sense, and Ctrl-C."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from fake_debug_port import FakeDebugPort

from host.errors import ProbeError
from host.flash.virtual import debug_link
from host.flash.virtual.debug_link import Counters, Item
from host.flash.virtual.tcp_link import TcpLink

Serve = Callable[[socket.socket], None]


@contextmanager
def listening(serve: Serve) -> Iterator[str]:
    """Calls serve(connection) for each client in a thread of its own; yields HOST:PORT."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection, suppress(ConnectionError):  # the client may go first
                    serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            assert not thread.is_alive()


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(4, "little") + message


def serving(fake: FakeDebugPort, delay_s: float = 0.0) -> Serve:
    def serve(connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while header := stream.read(4):
                reply = fake.answer(stream.read(int.from_bytes(header, "little")))
                time.sleep(delay_s)
                if not reply:
                    return
                for byte in framed(reply):  # in as many pieces as possible
                    connection.send(bytes((byte,)))

    return serve


def test_a_link_over_tcp() -> None:
    fake = FakeDebugPort(memory={0: 1})
    with listening(serving(fake)) as address:
        link = TcpLink(address)
        assert link.identity.name == "fake"
        answer = link.transfer([Item(0x0F, reads=2)], 0, 0)
        assert (answer.ack, answer.done, len(answer.words)) == (1, 2, 2)
        link.close()
        link.close()
        with pytest.raises(ProbeError, match="the debug probe is gone"):
            link.counters()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for address in (f"127.0.0.1:{port}", "127.0.0.1:port", "", "127.0.0.1:99999"):
        with pytest.raises(ProbeError, match="no debug port answers at"):
            TcpLink(address)


def test_a_second_client_is_told_so() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.sendall(framed(b"\x03127.0.0.1:5000 is connected"))

    with listening(refuse) as address:
        link = TcpLink(address)
        with pytest.raises(
            ProbeError, match=r"the board's debug port is in use: 127.0.0.1:5000 is connected"
        ):
            _ = link.identity
        link.close()


@pytest.mark.parametrize("answer", [b"", b"\x05", framed(b"\0abc")[:-1]])
def test_the_server_ends(answer: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(answer)

    with listening(serve) as address:
        link = TcpLink(address)
        with pytest.raises(
            ProbeError, match="the debug probe is gone: it was pulled, or the board is no longer"
        ):
            link.counters()
        with pytest.raises(ProbeError, match="the debug probe is gone"):
            link.counters()
        link.close()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"\xff\xff\xff\xffHTTP", "announces 4294967295 bytes"),
        (framed(b"\x01too short"), r"refused request 0x08 \(status 1\): too short"),
        (framed(b"\x02CONNECT is missing"), r"refused request 0x08 \(status 2\): CONNECT is missing"),
        (framed(b"\x09\xff\xfe"), r"refused request 0x08 \(status 9\)"),
        (framed(b"\x00abc"), "answers 3 bytes to a request for its counters"),
        (framed(b""), "the debug probe is gone"),
    ],
)
def test_answers_that_make_no_sense(answer: bytes, message: str) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(answer)
        connection.recv(100)

    with listening(serve) as address:
        link = TcpLink(address)
        with pytest.raises(ProbeError, match=message):
            link.counters()
        link.close()


def test_no_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug_link, "TIMEOUT_S", 0.1)
    fake = FakeDebugPort()
    with listening(serving(fake, delay_s=0.4)) as address:
        link = TcpLink(address)
        with pytest.raises(ProbeError, match=r"gave no answer for 0.1 s"):
            link.counters()
        # The late answer must not be taken for one to a later request.
        with pytest.raises(ProbeError, match="the debug probe is gone"):
            link.drive_reset(True)


def test_ctrl_c_in_the_middle_of_an_exchange_leaves_a_link_that_works() -> None:
    fake = FakeDebugPort()
    with listening(serving(fake, delay_s=0.2)) as address:
        link = TcpLink(address)
        main = threading.get_ident()
        timer = threading.Timer(0.1, signal.pthread_kill, (main, signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            _ = link.identity
        timer.join()
        assert link.counters() == Counters(0, 0, 0.0)
        assert link.identity.name == "fake"
        link.close()
