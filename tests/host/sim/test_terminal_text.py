"""Nothing that a device sends may control a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.sim.terminal_text import TerminalText


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"> help\r\n", "> help\r\n"),
        (b"a\b \b\a", "a\b \b\a"),
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"\x1bOAx", "x"),
        (b"\x1b]0;title\x07x", "x"),
        (b"\x1b]0;title\x1b\\x", "x"),
        (b"\x1bPdata\x1b\\x", "x"),
        (b"\x1bcx", "x"),
        (b"a\0\x01\x7fb", "ab"),
        (b"\x9b31mx", "\ufffd31mx"),
    ],
)
def test_controls_are_taken_out(data: bytes, text: str) -> None:
    assert TerminalText().filter(data) == text


@given(st.binary(max_size=60), st.integers(0, 60))
def test_pieces_make_no_difference_and_nothing_escapes(data: bytes, cut: int) -> None:
    whole = TerminalText().filter(data)
    pieces = TerminalText()
    assert pieces.filter(data[:cut]) + pieces.filter(data[cut:]) == whole
    assert "\x1b" not in whole
