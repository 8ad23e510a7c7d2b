"""A receiver with another rate: what comes out is worked out by hand from the levels on the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

virtual_xg24 = pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

CORE_HZ = 78_000_000


def heard(data: bytes, sent_baud: int, read_baud: int) -> bytes:
    """What is read of bytes that follow each other without a pause, all taken once they have ended."""
    frame = 10 * CORE_HZ / sent_baud
    sent = [
        virtual_xg24.SentByte(cycle=round((i + 1) * frame), value=value, baud=sent_baud, core_hz=CORE_HZ)
        for i, value in enumerate(data)
    ]
    end = round(len(data) * frame + 20 * CORE_HZ / min(sent_baud, read_baud))
    read: bytes = virtual_xg24.LineListener().hear(sent, end, CORE_HZ, read_baud)
    return read


@given(st.binary(min_size=1, max_size=40), st.floats(0.97, 1.03))
def test_rates_close_enough_change_nothing(data: bytes, ratio: float) -> None:
    assert heard(data, 100_000, round(100_000 * ratio)) == data


@pytest.mark.parametrize(
    ("data", "sent", "read", "expected"),
    [
        # Each bit is read twice: start bit 00, then 0x0F's lowest bits 11 11 11 as data, 1 as stop bit; the
        # falling edge between its ones and zeros begins a second frame: 00 00 00 00 and the stop bit's ones.
        (b"\x0f", 9600, 19200, b"\xfe\x80"),
        # Every second bit is read: data bits 1, 3, 5, 7 (all ones), then the idle line.
        (b"\xff", 19200, 9600, b"\xff"),
        # Three zeros (3, 5 and 7 bits after the edge), then the stop bit and the idle line.
        (b"\x00", 19200, 9600, b"\xf8"),
        # The same with another such frame right behind: after the stop bit come its bits 0, 2, 4, 6.
        (b"\x00\x00", 19200, 9600, b"\x08"),
        # Twelve times slower: the whole frame is over before the first sample.
        (b"\x00", 115200, 9600, b"\xff"),
    ],
)
def test_other_rates_give_garbage(data: bytes, sent: int, read: int, expected: bytes) -> None:
    assert heard(data, sent, read) == expected


@given(st.binary(min_size=1, max_size=5), st.integers(300, 3_000_000), st.integers(300, 3_000_000))
def test_a_receiver_never_hangs(data: bytes, sent: int, read: int) -> None:
    assert len(heard(data, sent, read)) <= 5 * len(data)


def test_a_character_waits_for_the_frame_that_may_change_it() -> None:
    """A receiver at half the rate is in the middle of its character when the sender's frame ends."""
    listener = virtual_xg24.LineListener()
    frame = 10 * CORE_HZ // 19200
    first = virtual_xg24.SentByte(cycle=frame, value=0, baud=19200, core_hz=CORE_HZ)
    second = virtual_xg24.SentByte(cycle=2 * frame, value=0, baud=19200, core_hz=CORE_HZ)
    assert listener.hear([first], frame, CORE_HZ, 9600) == b""
    assert listener.hear([], 2 * frame - 1, CORE_HZ, 9600) == b""
    assert listener.hear([second], 2 * frame, CORE_HZ, 9600) == b"\x08"
