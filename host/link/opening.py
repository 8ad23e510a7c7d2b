"""The opening of a session: HELLO, at other rates too, and what to make of a line where nobody answers it."""

from host.errors import FirmwareError, LinkError
from host.link import diagnosis
from host.link.channel import Channel
from host.link.flight import Pending
from host.link.message import PROTOCOL_VERSION, Message
from host.link.replies import ErrorCode, Hello, Refusal
from host.link.requests import Request

OPEN_S = 5.0
"""How long a device may take to answer the first request."""

_STALE_S = 0.5  # what comes later than that is no rest of before
_FIRST_RATE_S = 1.5
_OTHER_RATES = (115_200, 921_600, 460_800, 230_400, 1_000_000, 57_600, 9_600)
_OTHER_RATE_S = 0.25
_KNOCK_S = 1.0  # before the end of OPEN_S something is typed, for firmware that knows no frames


def open_session(channel: Channel, nonce: int, model_sha256: bytes) -> Hello:
    """Open a session; the line stays at the rate at which the device answers.

    Args:
        channel: The line.
        nonce: Another number of 32 bits for each session.
        model_sha256: Hash that the device compares with its model's, or ANY_MODEL.

    Raises:
        LinkError: nobody answers, or somebody else, or in another protocol version.
        FirmwareError: the device refuses.
    """
    channel.restart()
    hello = channel.numbered(Request.hello(nonce, model_sha256))
    start, first = channel.now(), channel.baud
    reply = _asked(channel, hello, start + _STALE_S)
    stale = channel.reader.received
    if reply is None:
        reply = _asked(channel, hello, start + _FIRST_RATE_S)
    if reply is None and first and channel.reader.received == stale:
        reply = _asked_at_other_rates(channel, hello)
    if reply is None:
        reply = _asked(channel, hello, start + OPEN_S - _KNOCK_S)
    if reply is None:
        raise _nobody(channel, start + OPEN_S)
    return _opened(channel.name, reply)


def _asked(channel: Channel, hello: Pending, end: float) -> Message | None:
    while (left := end - channel.now()) > 0:
        channel.send(hello)
        reply = channel.reply(hello, min(channel.reply_s(hello), left))
        if reply is not None:
            return reply
    return None


def _asked_at_other_rates(channel: Channel, hello: Pending) -> Message | None:
    """Ask a silent line at other rates than its own; it stays at the one where the device answers."""
    first = channel.baud
    for baud in _OTHER_RATES:
        if baud != first:
            channel.baud = baud
            reply = _asked(channel, hello, channel.now() + _OTHER_RATE_S)
            if reply is not None:
                return reply
    channel.baud = first
    return None


def _opened(port: str, reply: Message) -> Hello:
    if reply.error:
        refusal = Refusal.parse(reply.payload)
        if refusal.code == ErrorCode.WRONG_VERSION:
            raise diagnosis.other_version(port, refusal.text)
        raise FirmwareError(f"the device on {port} refuses a session: {refusal.text}")
    hello = Hello.parse(reply.payload)
    if hello.protocol_version != PROTOCOL_VERSION:
        raise diagnosis.other_version(port, f"version {hello.protocol_version}")
    return hello


def _nobody(channel: Channel, end: float) -> LinkError:
    """Type what firmware without the link may answer, until `end`; the error says who is there."""
    first = channel.baud
    rates = (first, *diagnosis.KNOCK_RATES) if first else (0,)
    for tried, baud in enumerate(rates):
        if baud != first:
            channel.baud = baud
        until = end - (len(rates) - 1 - tried) * _KNOCK_S / len(rates)
        channel.write(diagnosis.KNOCK)
        while (left := until - channel.now()) > 0:
            channel.replies(channel.read(left))
        if name := diagnosis.runner_name(channel.reader.garbage):
            return diagnosis.runner(channel.name, name, baud)
    if first:
        channel.baud = first
    return diagnosis.nobody(channel.name, first, channel.reader.garbage, OPEN_S)
