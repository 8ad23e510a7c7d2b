"""A device's text, and payloads of another size than their layout."""

import struct

import pytest

from host.errors import LinkError
from host.link import payload


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b" two  words\r\n", "two  words"),
        (b"one\ntwo\tthree", "one two three"),
        (b"\x1b[2Jm\x07\xff", "[2Jm \ufffd"),
        ("\u00b5s".encode(), "\u00b5s"),
    ],
)
def test_a_text_has_one_line(data: bytes, text: str) -> None:
    assert payload.one_line(data) == text


def test_a_payload_of_another_size_than_its_layout() -> None:
    layout = struct.Struct("<HI")
    assert payload.unpack(layout, b"\x01\0\x02\0\0\0", "PING") == (1, 2)
    for size in (0, 5, 7):
        with pytest.raises(LinkError, match=r"^the device's PING reply is malformed: flash an image"):
            payload.unpack(layout, bytes(size), "PING")
