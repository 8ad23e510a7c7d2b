"""Requests in flight over lines with bad days, against a device that follows docs/link.md."""

import random
from collections.abc import Callable

import pytest
from fake_device import FakeDevice

from host.errors import DeviceResetError, FirmwareError, LinkError
from host.link.message import MessageType
from host.link.requests import Request
from host.link.session import Session


def session_on(device: FakeDevice) -> Session:
    numbers = iter(range(1, 1000))
    return Session(device, nonces=lambda: next(numbers))


def pings(count: int, size: int = 20) -> list[bytes]:
    return [bytes([number % 256]) * size for number in range(count)]


def test_replies_come_in_order_and_many_are_in_flight() -> None:
    device = FakeDevice()
    session = session_on(device)
    payloads = pings(200)
    assert list(session.exchange(Request.ping(data) for data in payloads)) == payloads
    assert session.repeats == 0


@pytest.mark.parametrize(("size", "ring", "most"), [(20, 10_000, 16), (101, 10_000, 2), (20, 100, 3)])
def test_no_more_in_flight_than_the_device_keeps_and_its_ring_holds(size: int, ring: int, most: int) -> None:
    device = FakeDevice(ring_bytes=ring)
    session = session_on(device)
    sent: list[bytes] = []
    write = device.write

    def hold(data: bytes) -> None:  # the device reads nothing until the host waits
        sent.append(data)

    device.write = hold  # type: ignore[method-assign]
    read = device.read

    def release(timeout_s: float) -> bytes:
        assert len(sent) <= most
        assert sum(map(len, sent)) <= max(ring, len(sent[0]) if sent else 0)
        peaks.append(len(sent))
        for data in sent:
            write(data)
        sent.clear()
        return read(timeout_s)

    peaks: list[int] = []
    device.read = release  # type: ignore[method-assign]
    payloads = pings(40, size)
    assert list(session.exchange(Request.ping(data) for data in payloads)) == payloads
    assert max(peaks) == most


def test_numbers_wrap_around() -> None:
    device = FakeDevice()
    session = session_on(device)
    session._channel._next = device.expected = 65530
    device.kept.clear()  # HELLO's number is that of another request soon
    payloads = pings(20)
    assert list(session.exchange(Request.ping(data) for data in payloads)) == payloads
    assert session.sessions == 1


def noise(rate: float, seed: int, how: Callable[[random.Random, int], bytes]) -> Callable[[bytes], bytes]:
    source = random.Random(seed)

    def spoil(data: bytes) -> bytes:
        return b"".join(how(source, byte) if source.random() < rate else bytes([byte]) for byte in data)

    return spoil


def corrupted(source: random.Random, byte: int) -> bytes:
    return bytes([byte ^ 1 << source.randrange(8)])


def dropped(source: random.Random, byte: int) -> bytes:
    return b""


@pytest.mark.parametrize("how", [corrupted, dropped])
@pytest.mark.parametrize("seed", range(5))
def test_one_byte_in_a_hundred_is_bad(how: Callable[[random.Random, int], bytes], seed: int) -> None:
    device = FakeDevice()
    device.to_device = noise(0.01, seed, how)
    device.to_host = noise(0.01, seed + 100, how)
    session = session_on(device)
    payloads = pings(100)
    assert list(session.exchange(Request.ping(data) for data in payloads)) == payloads
    # Nothing was served twice.
    assert device.served.count(MessageType.PING) == 100
    assert session.repeats > 0
    assert session.sessions == 1


@pytest.mark.parametrize("direction", ["to_device", "to_host"])
def test_bursts_of_garbage_between_frames(direction: str) -> None:
    device = FakeDevice()
    source = random.Random(3)

    def burst(data: bytes) -> bytes:
        return source.randbytes(200) + data if source.random() < 0.3 else data

    setattr(device, direction, burst)
    session = session_on(device)
    payloads = pings(60)
    assert list(session.exchange(Request.ping(data) for data in payloads)) == payloads
    assert device.served.count(MessageType.PING) == 60


@pytest.mark.parametrize("direction", ["to_device", "to_host"])
def test_frames_that_come_twice(direction: str) -> None:
    device = FakeDevice()
    setattr(device, direction, lambda data: data + data)
    session = session_on(device)
    payloads = pings(60)
    assert list(session.exchange(Request.ping(data) for data in payloads)) == payloads
    assert device.served.count(MessageType.PING) == 60


def test_one_frame_in_three_is_lost_both_ways() -> None:
    device = FakeDevice()
    source = random.Random(4)
    device.to_device = device.to_host = lambda data: b"" if source.random() < 1 / 3 else data
    session = session_on(device)
    payloads = pings(60)
    assert list(session.exchange(Request.ping(data) for data in payloads)) == payloads


def test_a_reset_in_the_middle_is_said_and_the_next_session_works() -> None:
    device = FakeDevice()
    session = session_on(device)
    replies = session.exchange(Request.ping(data) for data in pings(50))
    assert next(replies) == pings(1)[0]
    device.boot()
    with pytest.raises(DeviceResetError, match="lost the session"):
        list(replies)
    boot = session.hello.boot_id
    assert session.call(Request.ping(b"again")) == b"again"
    assert (session.sessions, device.boots) == (2, 2)
    assert session.hello.boot_id != boot


def test_a_frame_cut_by_a_reset() -> None:
    device = FakeDevice()
    session = session_on(device)

    def cut(data: bytes) -> bytes:
        device.to_device = lambda data: data
        device.boot()
        return data[len(data) // 2 :]

    device.to_device = cut
    with pytest.raises(DeviceResetError):
        session.call(Request.ping(b"x" * 90))
    assert session.call(Request.ping(b"x" * 90)) == b"x" * 90


def test_whoever_stops_reading_replies_gets_a_new_session() -> None:
    device = FakeDevice()
    session = session_on(device)
    replies = session.exchange(Request.ping(data) for data in pings(50))
    next(replies)
    replies.close()
    assert session.call(Request.ping(b"next")) == b"next"
    assert session.sessions == 2


def test_the_port_unplugged_and_back() -> None:
    device = FakeDevice()
    session = session_on(device)
    device.unplugged = True
    with pytest.raises(DeviceResetError, match="gone"):
        session.call(Request.ping())
    device.unplugged = False
    device.boot()
    assert session.call(Request.ping(b"back")) == b"back"


def test_a_port_that_comes_back_without_its_device() -> None:
    device = FakeDevice()
    session = session_on(device)
    device.unplugged = True
    with pytest.raises(DeviceResetError, match="gone"):
        session.call(Request.ping())
    device.unplugged = False
    device.mute = True
    device.read(0)
    with pytest.raises(
        LinkError, match=r"^a fake had gone in the middle of the work; what is there now: nobody"
    ):
        session.call(Request.ping())


# Rates.


def test_the_rate_goes_up_for_both() -> None:
    device = FakeDevice()
    session = session_on(device)
    session.set_baud(921_600)
    assert (device.rate, device.baud) == (921_600, 921_600)
    assert session.call(Request.ping(b"fast")) == b"fast"


def test_a_rate_out_of_reach_is_refused() -> None:
    device = FakeDevice()
    device.unsupported_rates = {3_000_000}
    session = session_on(device)
    with pytest.raises(FirmwareError, match="refuses SET_BAUD"):
        session.set_baud(3_000_000)
    assert session.call(Request.ping(b"slow")) == b"slow"


def test_a_rate_that_does_not_carry_is_given_up() -> None:
    device = FakeDevice()
    device.deaf_rates = {921_600}
    session = session_on(device)
    with pytest.raises(LinkError, match="does not answer at 921600 baud on a fake: give a lower --baud"):
        session.set_baud(921_600)
    assert device.baud == 115_200
    assert session.call(Request.ping(b"slow")) == b"slow"


def test_a_reset_at_a_higher_rate() -> None:
    device = FakeDevice()
    session = session_on(device)
    session.set_baud(921_600)
    device.boot()
    with pytest.raises(DeviceResetError):
        session.call(Request.ping())
    assert session.call(Request.ping(b"slow")) == b"slow"


# The end.


def test_a_device_that_falls_silent_is_said_within_five_seconds() -> None:
    device = FakeDevice()
    session = session_on(device)
    device.mute = True
    start = device.now()
    with pytest.raises(LinkError, match="has not answered PING for 5 s: check that it is still powered"):
        session.call(Request.ping())
    assert device.now() - start < 6


def test_a_line_that_damages_everything_is_told_from_silence() -> None:
    device = FakeDevice()
    session = session_on(device)
    device.to_host = lambda data: bytes(byte ^ 0x55 if byte else 0 for byte in data)
    with pytest.raises(LinkError, match=r"no good reply to PING on a fake within 6\d s, but \d+ damaged"):
        session.call(Request.ping())


def test_closing_says_goodbye() -> None:
    device = FakeDevice()
    session_on(device).close()
    assert device.served[-1] == MessageType.GOODBYE
    assert device.closed
    assert not device.open
