"""A session with a device: requests in flight, repetitions, and sessions that are opened anew.

The rules are those of docs/link.md, "Requests and replies"; what is sent when is flight.py's to say.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from host.errors import DeviceBusyError, DeviceResetError, FirmwareError, HostError, LinkError
from host.link import diagnosis, opening
from host.link.channel import Channel
from host.link.flight import Flight, Pending
from host.link.line_quality import LineQuality
from host.link.message import Message, MessageType
from host.link.replies import ErrorCode, Refusal
from host.link.requests import ANY_MODEL, Request
from host.link.transports import DEFAULT_BAUD, Transport

_PATIENCE_S = 5.0
_PATIENCE_FOR = {
    MessageType.INVOKE: 30.0,
    MessageType.SELF_TEST: 30.0,
    MessageType.PUSH_FRAME: 10.0,
    MessageType.PUSH_STAGED: 10.0,
}
_PATIENCE_WITH_GARBAGE_S = 60.0
_RATE_LOST_S = 4.0  # the device is back at its first rate after 3 s
_BUSY_PAUSE_S = 0.05
_RATE_PAUSE_S = 0.005  # 2 ms are the least
_RATE_TRIES = 10


class Session:
    """Requests and replies over a transport.

    Attributes:
        hello: What the device said when the session was opened last.
        quality: What the line has been like.
        repeats: How often requests were sent again so far.
        sessions: How often a session was opened.
    """

    def __init__(
        self,
        transport: Transport,
        model_sha256: bytes = ANY_MODEL,
        nonces: Callable[[], int] = lambda: secrets.randbits(32),
    ) -> None:
        """Open a session.

        Args:
            transport: The line, at its first rate.
            model_sha256: Hash that the device compares with its model's.
            nonces: Gives another number of 32 bits each time.

        Raises:
            LinkError: nobody answers, or somebody else, or in another protocol version.
            FirmwareError: the device refuses.
        """
        self._channel = Channel(transport)
        self._model_sha256 = model_sha256
        self._nonces = nonces
        self._in_step = False
        self.quality = LineQuality()
        self.repeats = 0
        self.sessions = 0
        self._open()

    @property
    def baud(self) -> int:
        """The line's present rate: that at which the device answered last; 0 where it has none."""
        return self._channel.baud

    @property
    def port(self) -> str:
        """What a person calls the line."""
        return self._channel.name

    @property
    def damaged_frames(self) -> int:
        """How many pieces came in that were no frames since the session was opened last."""
        return self._channel.reader.bad

    @property
    def lost_hellos(self) -> int:
        """How many HELLOs of this session got no reply; once a later request got one they are lost."""
        return self._channel.lost_hellos

    def call(self, request: Request) -> bytes:
        """Send a request and return its reply's payload; asks again while the device is busy.

        Raises:
            FirmwareError: the device refuses it.
            DeviceResetError: device, session or port were lost: do the work again, in a new session.
            LinkError: no answer.
        """
        end = self._channel.now() + _PATIENCE_S
        while True:
            try:
                return next(self.exchange((request,)))
            except DeviceBusyError:
                if self._channel.now() >= end:
                    raise
                self._channel.read(_BUSY_PAUSE_S)

    def exchange(self, requests: Iterable[Request]) -> Iterator[bytes]:
        """Send requests, several at a time, and yield the payloads of their replies in order.

        Raises:
            FirmwareError: the device refuses one; later ones may have been served.
            DeviceResetError: device, session or port were lost: do the work again, in a new session.
            LinkError: no answer.
        """
        if not self._is_open:
            self.reopen()
        source = iter(requests)
        following = next(source, None)
        flight = Flight(self.quality, self.hello.ring_bytes, self._channel.bytes_per_s, self._channel.now())
        while following is not None or flight.pending:
            self._in_step = False
            while following is not None and flight.may_admit(following):
                flight.pending.append(self._channel.numbered(following))
                following = next(source, None)
            self._receive(flight)
            while flight.pending and (reply := flight.pending[0].reply) is not None:
                done = flight.pending.popleft()
                # Whoever stops asking with requests in flight needs a new session.
                self._in_step = not flight.pending
                yield self._payload(done.request, reply)

    def reopen(self) -> None:
        """Open a new session, after the port was opened anew if it had gone.

        Raises:
            LinkError: the port stays away for RECONNECT_S, or nobody answers.
            FirmwareError: the device refuses.
        """
        self._in_step = False
        had_gone = self._channel.gone
        self._channel.reopen()
        self._channel.drain()
        try:
            self._open()
        except DeviceResetError:
            raise
        except LinkError as error:
            if not had_gone:
                raise
            # Another line may have got the name, as pseudo-terminals do.
            raise LinkError(
                f"{self.port} had gone in the middle of the work; what is there now: {error}"
            ) from error

    def set_baud(self, baud: int) -> None:
        """Change the rate of both ends.

        Raises:
            FirmwareError: the device cannot have that rate.
            LinkError: it does not answer at it; both ends go back to the first one.
        """
        channel = self._channel
        self.call(Request.set_baud(baud))
        self._in_step = False
        channel.baud = baud
        channel.read(_RATE_PAUSE_S)
        ping = channel.numbered(Request.ping(b"rate"))
        for _ in range(_RATE_TRIES):
            channel.send(ping)
            if channel.reply(ping, channel.reply_s(ping)) is not None:
                self._in_step = True
                return
        channel.baud = DEFAULT_BAUD
        raise LinkError(f"the device does not answer at {baud} baud on {channel.name}: give a lower --baud")

    def close(self) -> None:
        """End the session, as far as the device hears it, and give the port up."""
        with suppress(HostError):
            if self._is_open and self.baud not in (0, DEFAULT_BAUD):
                self.set_baud(DEFAULT_BAUD)  # whoever comes next, a person too, finds the device there
            if self._is_open:
                goodbye = self._channel.numbered(Request.goodbye())
                self._channel.send(goodbye)
                self._channel.reply(goodbye, self._channel.reply_s(goodbye))
        self._channel.close()

    @property
    def _is_open(self) -> bool:
        """Whether the device takes the next number: nothing is in flight, or was lost."""
        return self._in_step and not self._channel.gone

    def _open(self) -> None:
        self.hello = opening.open_session(self._channel, self._nonces(), self._model_sha256)
        self._in_step = True
        self.sessions += 1

    def _receive(self, flight: Flight) -> None:
        """Send what may be sent, and again what is lost, until the oldest request has its reply."""
        channel, oldest = self._channel, flight.pending[0]
        start = last_byte = channel.now()
        bad = channel.reader.bad
        while oldest.reply is None:
            now = channel.now()
            self._check_patience(oldest, now - start, now - last_byte, channel.reader.bad - bad)
            self._send(flight)
            data = channel.read(max(flight.deadline() - now, 0.0))
            now = channel.now()
            if data:
                last_byte = now
                for message in channel.replies(data):
                    flight.take(message, now)
            elif now >= flight.deadline():
                flight.expire(now)

    def _send(self, flight: Flight) -> None:
        while (request := flight.next_to_send()) is not None:
            copies = flight.copies(request)
            self.repeats += copies - (request.times == 0)
            for _ in range(copies):
                self._channel.send(request)
            flight.sent(request, copies, self._channel.now())

    def _check_patience(self, oldest: Pending, waited_s: float, silent_s: float, bad: int) -> None:
        kind, baud = oldest.request.type, self.baud
        patience = _PATIENCE_FOR.get(kind, _PATIENCE_S)
        if baud != DEFAULT_BAUD and kind != MessageType.INVOKE:
            patience = min(patience, _RATE_LOST_S)
        if silent_s < patience and waited_s < _PATIENCE_WITH_GARBAGE_S:
            return
        if baud not in (0, DEFAULT_BAUD):
            # A device that was reset is at its first rate.
            self._channel.baud = DEFAULT_BAUD
            raise DeviceResetError(f"the device has not answered {kind.name} for {waited_s:.0f} s")
        raise diagnosis.silence(self.port, kind.name, waited_s, bad)

    def _payload(self, request: Request, reply: Message) -> bytes:
        if not reply.error:
            return reply.payload
        refusal = Refusal.parse(reply.payload)
        name = request.type.name
        if refusal.code == ErrorCode.RESTART:
            self._in_step = False
            raise DeviceResetError(f"the device has lost the session, or a frame, at {name}: {refusal.text}")
        if refusal.code == ErrorCode.BUSY:
            raise DeviceBusyError(f"the device is busy and refuses {name}: {refusal.text}")
        raise FirmwareError(f"the device refuses {name}: {refusal.text or refusal.code}")
