"""Messages over a line that may go and come back: numbered requests out, replies in."""

import time

from host.errors import DeviceResetError, LinkError
from host.link import framing
from host.link.flight import Pending
from host.link.framing import FrameReader
from host.link.message import SEQUENCES, Message, MessageType
from host.link.requests import Request
from host.link.transports import DEFAULT_BAUD, Transport

RECONNECT_S = 10.0
"""How long a port may be gone, in real time."""

_REOPEN_PAUSE_S = 0.05
_REPLY_S = 0.1  # beside the time that the bytes take
_BITS = 10  # of a byte on the line
_QUIET_S = 0.02
_DRAIN_S = 0.5


class Channel:
    """A transport that carries messages. What touches the line raises DeviceResetError once that has gone.

    Attributes:
        reader: Finds frames in what comes in, since `restart`.
        gone: Whether the port has gone, and was not opened anew yet.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.gone = False
        self.restart()

    def restart(self) -> None:
        """Number requests from 0 on, and forget what came in: what follows is a HELLO."""
        self.reader = FrameReader()
        self._next = 0
        self._hellos = self._hello_replies = 0

    @property
    def name(self) -> str:
        """What a person calls the line."""
        return self._transport.name

    @property
    def baud(self) -> int:
        """The line's rate; 0 where it has none."""
        return self._transport.baud

    @baud.setter
    def baud(self, baud: int) -> None:
        try:
            self._transport.baud = baud
        except LinkError as error:
            raise self._lost(error) from error

    @property
    def bytes_per_s(self) -> float:
        """Bytes that the line carries in a second; taken for those of the first rate where it has none."""
        return (self.baud or DEFAULT_BAUD) / _BITS

    @property
    def lost_hellos(self) -> int:
        """How many HELLOs got no reply since `restart`; once a later request got one they are lost."""
        return max(self._hellos - self._hello_replies, 0)

    def now(self) -> float:
        """Return the line's time in seconds."""
        return self._transport.now()

    def numbered(self, request: Request) -> Pending:
        """Give a request the next number."""
        sequence = self._next
        self._next = (self._next + 1) % SEQUENCES
        return Pending(sequence, request, framing.encode(request.numbered(sequence).to_bytes()))

    def send(self, request: Pending) -> None:
        """Send a request once."""
        self._hellos += request.request.type is MessageType.HELLO
        self.write(request.frame)

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        try:
            self._transport.write(data)
        except LinkError as error:
            raise self._lost(error) from error

    def read(self, timeout_s: float) -> bytes:
        """Return what has come in, at least a byte, or nothing after `timeout_s`."""
        try:
            return self._transport.read(timeout_s)
        except LinkError as error:
            raise self._lost(error) from error

    def replies(self, data: bytes) -> list[Message]:
        """Return the replies that are complete with `data`, which was read."""
        parsed = (Message.parse(body) for body in self.reader.feed(data))
        found = [message for message in parsed if message is not None and message.reply]
        self._hello_replies += sum(message.type == MessageType.HELLO for message in found)
        return found

    def reply(self, wanted: Pending, timeout_s: float) -> Message | None:
        """Wait for one request's reply and return it; None after `timeout_s`."""
        end = self.now() + timeout_s
        while (left := end - self.now()) > 0:
            for message in self.replies(self.read(left)):
                if wanted.answered_by(message):
                    return message
        return None

    def reply_s(self, request: Pending) -> float:
        """Return the time in which a reply comes if nothing is lost."""
        return _REPLY_S + (len(request.frame) + request.reply_frame) / self.bytes_per_s

    def drain(self) -> None:
        """Drop what comes in until the line is quiet, replies that nobody waits for any more."""
        end = self.now() + _DRAIN_S
        while self.read(_QUIET_S) and self.now() < end:
            pass

    def reopen(self) -> None:
        """Open the port anew after it has gone.

        Raises:
            LinkError: it stays away for RECONNECT_S.
        """
        end = time.monotonic() + RECONNECT_S
        while self.gone:
            try:
                self._transport.reopen()
                self.gone = False
            except LinkError as error:
                if time.monotonic() >= end:
                    raise LinkError(
                        f"{self.name} has gone in the middle of the work, and {RECONNECT_S:g} s later: "
                        f"{error}"
                    ) from error
                time.sleep(_REOPEN_PAUSE_S)

    def close(self) -> None:
        """Give the port up."""
        self._transport.close()

    def _lost(self, error: LinkError) -> DeviceResetError:
        self.gone = True
        return DeviceResetError(str(error))
