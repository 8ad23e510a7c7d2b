"""Messages with a debug port: their bytes are those of docs/debug-port.md."""

import pytest
from fake_debug_port import FakeDebugPort

from host.errors import ProbeError
from host.flash.virtual.debug_link import Counters, Identity, InProcessLink, Item

RAM = 0x2000_0000


def test_requests_have_the_documented_bytes() -> None:
    fake = FakeDebugPort()
    link = InProcessLink(fake.answer)
    _ = link.identity
    link.connect(1_000_000)
    link.set_clock(4_000_000)
    link.swj(51, (1 << 56) - 1)
    link.transfer([Item(0x02, reads=1), Item(0x05, (RAM, 7))], 3, 2)
    link.idle(0.25)
    link.drive_reset(True)
    link.drive_reset(False)
    link.counters(reset=True)
    link.disconnect()
    assert [request.hex(" ") for request in fake.requests] == [
        "00 45 53 44 50 01 00",
        "01 40 42 0f 00",
        "03 00 09 3d 00",
        "04 33 00 00 00 ff ff ff ff ff ff 07",
        "05 03 00 02 00 02 01 00 00 00 05 02 00 00 00 00 00 00 20 07 00 00 00",
        "06 80 b2 e6 0e 00 00 00 00",
        "07 01",
        "07 00",
        "08 01",
        "02",
    ]


def test_identity_and_counters() -> None:
    fake = FakeDebugPort()
    link = InProcessLink(fake.answer)
    assert link.identity == Identity(
        "fake", "virtual", "EFR32MG24B310F1536IM48", 0x0018_0136, 0x02E5_7000_0000_0001
    )
    link.idle(1.2)
    link.transfer([Item(0x02, reads=3)], 0, 0)
    assert link.counters() == Counters(138, 3, 1.2)


def test_idle_takes_no_longer_than_it_should() -> None:
    fake = FakeDebugPort()
    link = InProcessLink(fake.answer)
    for seconds in (-1.0, 0.0):
        link.idle(seconds)
    assert not fake.requests
    link.idle(1e-10)
    assert fake.idle_ns == 1
    link.idle(2.3)
    assert fake.idle_ns == pytest.approx(2.3e9, abs=5)


@pytest.mark.parametrize(
    ("greeting", "message"),
    [
        (b"\0", "greeting cannot be read"),
        (b"\0" + bytes(14), "greeting cannot be read"),
        (b"\0\x01\0" + bytes(12) + b"\x01a\x01b\x01\xff", "greeting cannot be read"),
        (b"\0\x02\0" + bytes(12) + b"\x01a\x01b\x01c", "speaks version 2, this program 1"),
    ],
)
def test_a_greeting_that_makes_no_sense(greeting: bytes, message: str) -> None:
    link = InProcessLink(lambda _: greeting)
    with pytest.raises(ProbeError, match=message):
        _ = link.identity


@pytest.mark.parametrize(
    "reply",
    [
        "01 01 00 00 00",  # a read is done and has no word
        "01 02 00 00 00 07 00 00 00",  # two of two, but the second is a read too
        "01 03 00 00 00 07 00 00 00 08 00 00 00",  # more than was asked for
        "04 02 00 00 00 07 00 00 00 08 00 00 00",  # FAULT, and yet all done
        "01 02 00 00 00 07 00 00 00 08 00",
    ],
)
def test_transfers_that_are_not_those_asked_for(reply: str) -> None:
    link = InProcessLink(lambda _: b"\0" + bytes.fromhex(reply))
    with pytest.raises(ProbeError, match="the debug port answers"):
        link.transfer([Item(0x0F, reads=2)], 0, 0)


def test_words_belong_to_the_reads_that_are_done() -> None:
    link = InProcessLink(lambda _: b"\0" + bytes.fromhex("04 02 00 00 00 07 00 00 00"))
    answer = link.transfer([Item(0x0D, (5,)), Item(0x0F, reads=2)], 0, 0)
    assert (answer.ack, answer.done, answer.words) == (4, 2, (7,))


def test_a_request_too_long_for_the_port_is_not_sent() -> None:
    fake = FakeDebugPort()
    with pytest.raises(ProbeError, match="the debug port takes 1048576"):
        InProcessLink(fake.answer).transfer([Item(0x0D, (0,) * 0x4_0000)], 0, 0)
    assert not fake.requests
