"""A link over TCP with the debug port of a board that `host.sim serve` serves; docs/debug-port.md, Frames."""

import socket
import struct
from contextlib import suppress
from threading import Lock

from host.errors import ProbeError
from host.flash.virtual.debug_link import LARGEST, TIMEOUT_S, DebugLink


class TcpLink(DebugLink):
    """A link with the port of a served board.

    Args:
        address: HOST:PORT, as in the board's registry entry.

    Raises:
        ProbeError: nobody listens there, or another client is connected.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._lock = Lock()
        self._received = bytearray()
        self._owed = 0  # replies that are still to come
        host, _, port = address.rpartition(":")
        try:
            self._socket = socket.create_connection((host, int(port)), TIMEOUT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, ValueError, OverflowError) as error:
            raise ProbeError(f"no debug port answers at {address}: {error}") from error

    def answer(self, request: bytes, timeout_s: float) -> bytes:
        """See DebugLink."""
        try:
            with self._lock:
                self._socket.settimeout(timeout_s)
                while self._owed:  # Ctrl-C came in the middle of an exchange
                    self._message()
                with suppress(ConnectionError):  # a refused client is told why before the end
                    self._socket.sendall(struct.pack("<I", len(request)) + request)
                self._owed += 1
                return self._message()
        except TimeoutError as error:
            self.close()
            raise ProbeError(
                f"the debug port at {self._address} gave no answer for {timeout_s:.3g} s"
            ) from error
        except OSError as error:
            self.close()
            raise ProbeError(
                f"the debug probe is gone ({self._address}: {error.strerror or error})"
            ) from error

    def close(self) -> None:
        """See DebugLink."""
        self._socket.close()

    def _message(self) -> bytes:
        length = 0
        while len(self._received) < 4 + length:
            piece = self._socket.recv(1 << 16)
            if not piece:
                self._owed = 0
                return b""
            self._received += piece
            length = int.from_bytes(self._received[:4], "little") if len(self._received) >= 4 else 0
            if length > LARGEST:
                self.close()
                raise ProbeError(f"{self._address} is no debug port: it announces {length} bytes")
        message = bytes(self._received[4 : 4 + length])
        del self._received[: 4 + length]
        self._owed -= 1
        return message
