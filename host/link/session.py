"""A session with a device: requests in flight, repetitions, and sessions that are opened anew.

The rules are those of docs/link.md, "Requests and replies"; what is sent when is flight.py's to say.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from host.errors import DeviceBusyError, DeviceResetError, FirmwareError, HostError, LinkError
from host.link import diagnosis, framing, messages
from host.link.flight import Flight, Pending
from host.link.framing import FrameReader
from host.link.line_quality import LineQuality
from host.link.messages import ErrorCode, Hello, Message, MessageType, Request
from host.link.transports import DEFAULT_BAUD, Transport

OPEN_S = 5.0
"""How long a device may take to answer the first request."""

RECONNECT_S = 10.0
"""How long a port may be gone, in real time."""

ANY_MODEL = bytes(messages.HASH_BYTES)

_PATIENCE_S = 5.0
_PATIENCE_FOR = {
    MessageType.INVOKE: 30.0,
    MessageType.SELF_TEST: 30.0,
    MessageType.PUSH_FRAME: 10.0,
    MessageType.PUSH_STAGED: 10.0,
}
_PATIENCE_WITH_GARBAGE_S = 60.0
_RATE_LOST_S = 4.0  # the device is back at its first rate after 3 s
_REPEAT_S = 0.1  # beside the time that the bytes take
_BITS = 10  # of a byte on the line
_PAUSE_S = 0.05
_QUIET_S = 0.02
_DRAIN_S = 0.5
_RATE_TRIES = 10
_STALE_S = 0.5  # what comes later than that is no rest of before
_FIRST_RATE_S = 1.5
_OTHER_RATES = (115_200, 921_600, 460_800, 230_400, 1_000_000, 57_600, 9_600)
_OTHER_RATE_S = 0.25
_KNOCK_S = 1.0  # before the end of OPEN_S something is typed, for firmware that knows no frames


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
        self._transport = transport
        self._model_sha256 = model_sha256
        self._nonces = nonces
        self._reader = FrameReader()
        self._next = 0
        self._in_step = False
        self._port_has_gone = False
        self._hellos = self._hello_replies = 0
        self.quality = LineQuality()
        self.repeats = 0
        self.sessions = 0
        self.hello = self._open()

    @property
    def baud(self) -> int:
        """The line's present rate: that at which the device answered last; 0 where it has none."""
        return self._transport.baud

    @property
    def port(self) -> str:
        """What a person calls the line."""
        return self._transport.name

    @property
    def lost_hellos(self) -> int:
        """How many HELLOs of this session got no reply; once a later request got one they are lost."""
        return max(self._hellos - self._hello_replies, 0)

    def call(self, request: Request) -> bytes:
        """Send a request and return its reply's payload; asks again while the device is busy.

        Raises:
            FirmwareError: the device refuses it.
            DeviceResetError: device, session or port were lost: do the work again, in a new session.
            LinkError: no answer.
        """
        end = self._transport.now() + _PATIENCE_S
        while True:
            try:
                return next(self.exchange((request,)))
            except DeviceBusyError:
                if self._transport.now() >= end:
                    raise
                self._read(_PAUSE_S)

    def exchange(self, requests: Iterable[Request]) -> Iterator[bytes]:
        """Send requests, several at a time, and yield the payloads of their replies in order.

        Raises:
            FirmwareError: the device refuses one; later ones may have been served.
            DeviceResetError: device, session or port were lost: do the work again, in a new session.
            LinkError: no answer.
        """
        if not self._in_step:
            self._open_again()
        source = iter(requests)
        following = next(source, None)
        flight = self._flight()
        while following is not None or flight.pending:
            self._in_step = False
            while following is not None and flight.may_admit(following):
                flight.pending.append(self._numbered(following))
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
        self._open_again()

    def set_baud(self, baud: int) -> None:
        """Change the rate of both ends.

        Raises:
            FirmwareError: the device cannot have that rate.
            LinkError: it does not answer at it; both ends go back to the first one.
        """
        self.call(messages.set_baud(baud))
        self._in_step = False
        self._set_rate(baud)
        self._read(0.005)
        ping = self._numbered(messages.ping(b"rate"))
        for _ in range(_RATE_TRIES):
            self._write(ping.frame)
            if self._await(ping, self._repeat_s(ping)) is not None:
                self._in_step = True
                return
        self._set_rate(DEFAULT_BAUD)
        raise LinkError(
            f"the device does not answer at {baud} baud on {self._transport.name}: give a lower --baud"
        )

    def close(self) -> None:
        """End the session, as far as the device hears it, and give the port up."""
        with suppress(HostError):
            if self._in_step and self.baud not in (0, DEFAULT_BAUD):
                self.set_baud(DEFAULT_BAUD)  # whoever comes next, a person too, finds the device there
            if self._in_step:
                goodbye = self._numbered(messages.goodbye())
                self._write(goodbye.frame)
                self._await(goodbye, self._repeat_s(goodbye))
        self._transport.close()

    # Opening.

    def _open_again(self) -> None:
        if self._port_has_gone:
            self._reopen_port()
        end = self._transport.now() + _DRAIN_S
        while self._read(_QUIET_S) and self._transport.now() < end:
            pass  # replies to what nobody waits for any more
        self.hello = self._open()

    def _reopen_port(self) -> None:
        end = time.monotonic() + RECONNECT_S
        while self._port_has_gone:
            try:
                self._transport.reopen()
                self._port_has_gone = False
            except LinkError:
                if time.monotonic() >= end:
                    raise
                time.sleep(_PAUSE_S)

    def _open(self) -> Hello:
        self._reader = FrameReader()
        self._next = 0
        self._hellos = self._hello_replies = 0
        hello = self._numbered(messages.hello(self._nonces(), self._model_sha256))
        start = self._transport.now()
        first = self._transport.baud
        reply = self._asked(hello, start + _STALE_S)
        stale = self._reader.received
        if reply is None:
            reply = self._asked(hello, start + _FIRST_RATE_S)
        if reply is None and first and self._reader.received == stale:
            reply = self._asked_at_other_rates(hello, first)
        if reply is None:
            reply = self._asked(hello, start + OPEN_S - _KNOCK_S)
        if reply is not None:
            opened = self._opened(reply)
            self._in_step = True
            self.sessions += 1
            return opened
        self._check_for_the_runner(first, start + OPEN_S)
        raise diagnosis.nobody(self._transport.name, first, self._reader.garbage, OPEN_S)

    def _check_for_the_runner(self, first: int, end: float) -> None:
        """Type what firmware without the link may answer, until `end`; raise if it is the benchmark's."""
        rates = (first, *diagnosis.KNOCK_RATES) if first else (0,)
        for tried, baud in enumerate(rates):
            if baud != first:
                self._set_rate(baud)
            until = end - (len(rates) - 1 - tried) * _KNOCK_S / len(rates)
            self._write(diagnosis.KNOCK)
            while (left := until - self._transport.now()) > 0:
                self._messages(self._read(left))
            if name := diagnosis.runner_name(self._reader.garbage):
                raise diagnosis.runner(self._transport.name, name, baud)
        if first:
            self._set_rate(first)

    def _asked_at_other_rates(self, hello: Pending, first: int) -> Message | None:
        """Ask a silent line at other rates than `first`; it stays at the one where the device answers."""
        for baud in _OTHER_RATES:
            if baud != first:
                self._set_rate(baud)
                reply = self._asked(hello, self._transport.now() + _OTHER_RATE_S)
                if reply is not None:
                    return reply
        self._set_rate(first)
        return None

    def _asked(self, hello: Pending, end: float) -> Message | None:
        while (left := end - self._transport.now()) > 0:
            self._write(hello.frame)
            self._hellos += 1
            reply = self._await(hello, min(self._repeat_s(hello), left))
            if reply is not None:
                return reply
        return None

    def _opened(self, reply: Message) -> Hello:
        name = self._transport.name
        if reply.error:
            refusal = messages.parse_refusal(reply.payload)
            if refusal.code == ErrorCode.WRONG_VERSION:
                raise diagnosis.other_version(name, refusal.text)
            raise FirmwareError(f"the device on {name} refuses a session: {refusal.text}")
        hello = messages.parse_hello(reply.payload)
        if hello.protocol_version != messages.PROTOCOL_VERSION:
            raise diagnosis.other_version(name, f"version {hello.protocol_version}")
        return hello

    # Requests in flight.

    def _numbered(self, request: Request) -> Pending:
        sequence = self._next
        self._next = (self._next + 1) % messages.SEQUENCES
        body = Message(request.type, sequence, request.payload, overtakes=request.overtakes).to_bytes()
        return Pending(sequence, request, framing.encode(body))

    def _flight(self) -> Flight:
        rate = (self._transport.baud or DEFAULT_BAUD) / _BITS
        return Flight(self.quality, self.hello.ring_bytes, rate, self._transport.now())

    def _send(self, flight: Flight) -> None:
        while (request := flight.next_to_send()) is not None:
            copies = flight.copies(request)
            self.repeats += copies - (request.times == 0)
            for _ in range(copies):
                self._write(request.frame)
            flight.sent(request, copies, self._transport.now())

    def _receive(self, flight: Flight) -> None:
        """Send what may be sent, and again what is lost, until the oldest request has its reply."""
        oldest = flight.pending[0]
        start = last_byte = self._transport.now()
        bad = self._reader.bad
        while oldest.reply is None:
            now = self._transport.now()
            self._check_patience(oldest, now - start, now - last_byte, self._reader.bad - bad)
            self._send(flight)
            data = self._read(max(flight.deadline() - now, 0.0))
            now = self._transport.now()
            if data:
                last_byte = now
                for message in self._messages(data):
                    flight.take(message, now)
            elif now >= flight.deadline():
                flight.expire(now)

    def _check_patience(self, oldest: Pending, waited_s: float, silent_s: float, bad: int) -> None:
        patience = _PATIENCE_FOR.get(oldest.request.type, _PATIENCE_S)
        if self._transport.baud != DEFAULT_BAUD and oldest.request.type != MessageType.INVOKE:
            patience = min(patience, _RATE_LOST_S)
        if silent_s < patience and waited_s < _PATIENCE_WITH_GARBAGE_S:
            return
        name = oldest.request.type.name
        if self._transport.baud not in (0, DEFAULT_BAUD):
            # A device that was reset is at its first rate.
            self._set_rate(DEFAULT_BAUD)
            raise DeviceResetError(f"the device has not answered {name} for {waited_s:.0f} s")
        raise diagnosis.silence(self._transport.name, name, waited_s, bad)

    def _payload(self, request: Request, reply: Message) -> bytes:
        if not reply.error:
            return reply.payload
        refusal = messages.parse_refusal(reply.payload)
        name = request.type.name
        if refusal.code == ErrorCode.RESTART:
            self._in_step = False
            raise DeviceResetError(f"the device has lost the session, or a frame, at {name}: {refusal.text}")
        if refusal.code == ErrorCode.BUSY:
            raise DeviceBusyError(f"the device is busy and refuses {name}: {refusal.text}")
        raise FirmwareError(f"the device refuses {name}: {refusal.text or refusal.code}")

    def _repeat_s(self, request: Pending) -> float:
        """Return the time in which a reply comes if nothing is lost."""
        count = len(request.frame) + request.reply_frame
        return _REPEAT_S + count * _BITS / (self._transport.baud or DEFAULT_BAUD)

    def _await(self, wanted: Pending, timeout_s: float) -> Message | None:
        end = self._transport.now() + timeout_s
        while (left := end - self._transport.now()) > 0:
            for message in self._messages(self._read(left)):
                if wanted.answered_by(message):
                    return message
        return None

    def _messages(self, data: bytes) -> list[Message]:
        parsed = (messages.parse(body) for body in self._reader.feed(data))
        found = [message for message in parsed if message is not None and message.reply]
        self._hello_replies += sum(message.type == MessageType.HELLO for message in found)
        return found

    # The transport, which may go.

    def _read(self, timeout_s: float) -> bytes:
        try:
            return self._transport.read(timeout_s)
        except LinkError as error:
            raise self._gone(error) from error

    def _write(self, data: bytes) -> None:
        try:
            self._transport.write(data)
        except LinkError as error:
            raise self._gone(error) from error

    def _set_rate(self, baud: int) -> None:
        try:
            self._transport.baud = baud
        except LinkError as error:
            raise self._gone(error) from error

    def _gone(self, error: LinkError) -> DeviceResetError:
        self._in_step = False
        self._port_has_gone = True
        return DeviceResetError(str(error))
