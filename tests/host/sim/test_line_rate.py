"""A receiver with another rate: what comes out is worked out by hand from the levels on the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.sim import line_rate


@given(st.integers(0, 255), st.floats(0.962, 1.04))
def test_rates_close_enough_change_nothing(value: int, ratio: float) -> None:
    assert line_rate.received(value, 100_000, round(100_000 * ratio)) == bytes([value])


@pytest.mark.parametrize(
    ("value", "sent", "read", "expected"),
    [
        # Each bit is read twice: start bit 00, then 0x0F's lowest bits 11 11 11 as data, 1 as stop bit; the
        # falling edge between its ones and zeros begins a second frame: 00 00 00 00 and the stop bit's ones.
        (0x0F, 9600, 19200, b"\xfe\x80"),
        # Every second bit is read: data bits 1, 3, 5, 7 (all ones), then the idle line.
        (0xFF, 19200, 9600, b"\xff"),
        # Three zeros (3, 5 and 7 bits after the edge), then the stop bit and the idle line.
        (0x00, 19200, 9600, b"\xf8"),
        # Ten times slower: the whole frame is over before the first sample.
        (0x00, 115200, 9600, b"\xff"),
    ],
)
def test_other_rates_give_garbage(value: int, sent: int, read: int, expected: bytes) -> None:
    assert line_rate.received(value, sent, read) == expected


@given(st.integers(0, 255), st.integers(300, 3_000_000), st.integers(300, 3_000_000))
def test_a_receiver_never_hangs(value: int, sent: int, read: int) -> None:
    received = line_rate.received(value, sent, read)
    assert 1 <= len(received) <= 5
