"""Requests and replies over a line, and a port that goes and comes back."""

import pytest
from fake_device import FakeDevice
from fake_framing import framed

from host.errors import DeviceResetError, LinkError
from host.link import channel
from host.link.channel import Channel
from host.link.requests import Request


def test_numbers_wrap_around() -> None:
    line = Channel(FakeDevice())
    sequences = [line.numbered(Request.ping()).sequence for _ in range(65_538)]
    assert sequences == [*range(65_536), 0, 1]
    line.restart()
    assert line.numbered(Request.ping()).sequence == 0


def test_replies_between_a_consoles_text_and_requests() -> None:
    line = Channel(FakeDevice())
    request, reply = b"\x0d\0\x07\0data", b"\x0d\x01\x07\0data"
    (found,) = line.replies(b"> help\r\n" + framed(request) + framed(reply) + b"text")
    assert (found.type, found.sequence, found.payload, found.reply) == (13, 7, b"data", True)


def test_hellos_without_a_reply_are_counted() -> None:
    device = FakeDevice()
    line = Channel(device)
    hello = line.numbered(Request.hello(1))
    device.mute = True
    line.send(hello)
    device.mute = False
    line.send(hello)
    assert line.reply(hello, 1.0) is not None
    assert line.lost_hellos == 1
    line.restart()
    assert line.lost_hellos == 0


def test_only_a_requests_own_reply_is_waited_for() -> None:
    device = FakeDevice()
    line = Channel(device)
    line.drain()
    wanted = line.numbered(Request.ping())
    device.say(framed(b"\x0d\x01\x05\0"))
    assert line.reply(wanted, 0.5) is None
    assert device.now() >= 0.5


def test_a_port_that_has_gone_comes_back() -> None:
    device = FakeDevice()
    line = Channel(device)
    device.unplugged = True
    with pytest.raises(DeviceResetError, match="a fake has gone"):
        line.read(0.1)
    assert line.gone
    device.unplugged = False
    line.reopen()
    assert not line.gone
    assert line.read(0.1)


def test_a_port_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "RECONNECT_S", 0.1)
    device = FakeDevice()
    line = Channel(device)
    device.unplugged = True
    with pytest.raises(DeviceResetError):
        line.write(b"x")
    with pytest.raises(
        LinkError, match=r"^a fake has gone in the middle of the work, and 0\.1 s later: a fake has gone$"
    ):
        line.reopen()
    assert line.gone
