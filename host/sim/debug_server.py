"""The debug port of a served board over TCP on this computer, for one client (docs/debug-port.md)."""

import select
import socket
import struct
import time
from collections.abc import Sequence
from contextlib import suppress

from host.errors import FirmwareError
from host.sim.debug_port import DebugPort

LOCALHOST = "127.0.0.1"

MOST_BYTES = 1 << 20
"""Length of a request: op and payload."""

_LENGTH = struct.Struct("<I")
_MALFORMED, _TAKEN = 1, 3  # status
_CHUNK = 1 << 16
_SEND_S = 5.0  # a client that reads no reply for so long is dropped
_LINGER_S = 0.0005  # the next request of a client that is at work comes within this time
_AT_WORK_S = 0.005  # of requests in a row, after which the board's other lines have their turn
_QUIET_S = 0.1  # without a request, after which a client is not at work


class DebugServer:
    """Listens on a port of this computer; its owner calls `serve` whenever something may have come.

    Args:
        port: The debug port that answers.
        tcp_port: Where to listen; 0 takes a free port.

    Raises:
        FirmwareError: nobody can listen there.
    """

    def __init__(self, port: DebugPort, tcp_port: int = 0) -> None:
        self._port = port
        try:
            self._listener = socket.create_server((LOCALHOST, tcp_port), reuse_port=False)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise FirmwareError(f"cannot listen on {LOCALHOST}:{tcp_port}: {reason}") from error
        self._listener.setblocking(False)
        self._client: socket.socket | None = None
        self._received = bytearray()
        self._last_request = -_QUIET_S
        self.address = "{}:{}".format(*self._listener.getsockname()[:2])

    def close(self) -> None:
        """Close the port and the connection."""
        self._drop()
        self._listener.close()

    @property
    def port(self) -> DebugPort:
        """The debug port that answers."""
        return self._port

    @property
    def at_work(self) -> bool:
        """Whether a client has asked for anything in the last 0.1 s."""
        return self._client is not None and time.monotonic() - self._last_request < _QUIET_S

    def waiting_on(self) -> Sequence[int]:
        """Return the descriptors that turn readable when `serve` has something to do."""
        sockets = (self._listener, self._client) if self._client else (self._listener,)
        return tuple(each.fileno() for each in sockets)

    def serve(self) -> bool:
        """Answer what has come, and what follows closely; return whether anything was answered.

        Raises:
            Exception: what a callback of the board raised.
        """
        end = time.monotonic() + _AT_WORK_S
        answered = False
        while self._receive():
            while (request := self._next_request()) is not None:
                answered = True
                self._answer(request)
            self._last_request = now = time.monotonic()
            if self._client is None:
                break
            if now >= end:
                return True  # it may have ended meanwhile: another is let in or refused later
            select.select([self._client], [], [], _LINGER_S)
        self._accept()
        return answered

    def _receive(self) -> bool:
        """Whether bytes have come."""
        # A socket with a timeout waits in recv, MSG_DONTWAIT or not.
        if self._client is None or not select.select([self._client], [], [], 0)[0]:
            return False
        try:
            data = self._client.recv(_CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._drop()
        self._received += data
        return bool(data)

    def _next_request(self) -> bytes | None:
        if len(self._received) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._received)
        if not 1 <= length <= MOST_BYTES:
            self._send(bytes([_MALFORMED]) + b"a request has 1 byte to 1 MiB")
            self._drop()
            return None
        end = _LENGTH.size + length
        if len(self._received) < end:
            return None
        request = bytes(self._received[_LENGTH.size : end])
        del self._received[:end]
        return request

    def _answer(self, request: bytes) -> None:
        reply = self._port.answer(request)
        if reply:
            self._send(reply)
        else:  # the probe is pulled
            self._drop()

    def _send(self, reply: bytes) -> None:
        if self._client is None:
            return
        try:
            self._client.sendall(_LENGTH.pack(len(reply)) + reply)
        except OSError:
            self._drop()

    def _accept(self) -> None:
        # BlockingIOError: nobody waits. Others: a client that has gone already, or too many open files; the
        # board goes on, and whoever still waits is let in later.
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                # It may be the last one's next connection, whose end came after `_receive` had looked.
                if self._client is not None and _has_gone(self._client):
                    self._drop()
                if self._client is not None:
                    _refuse(client)
                    continue
                self._client = client
                client.settimeout(_SEND_S)
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _drop(self) -> None:
        if self._client is None:
            return
        self._client.close()
        self._client = None
        self._received.clear()
        self._port.leave()


def _has_gone(client: socket.socket) -> bool:
    """Whether nothing can come any more."""
    if not select.select([client], [], [], 0)[0]:
        return False
    try:
        return not client.recv(1, socket.MSG_PEEK)
    except OSError:
        return True


def _refuse(client: socket.socket) -> None:
    text = b"another client is connected to this debug port"
    with client, suppress(OSError):
        client.setblocking(False)
        client.sendall(_LENGTH.pack(1 + len(text)) + bytes([_TAKEN]) + text)
