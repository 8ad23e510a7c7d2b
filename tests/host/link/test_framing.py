"""Frames against bytes worked out by hand, and as properties: what goes in comes out, whatever is between."""

import zlib

import pytest
from fake_framing import framed
from hypothesis import given, settings
from hypothesis import strategies as st

from host.errors import LinkError
from host.link import framing

LONG = bytes(range(1, 255))


@pytest.mark.parametrize(
    ("data", "stuffed"),
    [
        (b"", b"\x01"),
        (b"\0", b"\x01\x01"),
        (b"\0\0", b"\x01\x01\x01"),
        (b"\x11\x22\0\x33", b"\x03\x11\x22\x02\x33"),
        (b"\x11\0\0\0", b"\x02\x11\x01\x01\x01"),
        (LONG[:253], b"\xfe" + LONG[:253]),
        (LONG, b"\xff" + LONG),
        (b"\0" + LONG, b"\x01\xff" + LONG),
        (LONG + b"\0", b"\xff" + LONG + b"\x01\x01"),
        (LONG + b"\xff", b"\xff" + LONG + b"\x02\xff"),
        (LONG[1:] + b"\xff\0", b"\xff" + LONG[1:] + b"\xff\x01\x01"),
    ],
)
def test_stuffing_by_hand(data: bytes, stuffed: bytes) -> None:
    assert framing.cobs_encode(data) == stuffed
    assert framing.cobs_decode(stuffed) == data


def test_a_last_full_block_may_be_followed_by_an_empty_one() -> None:
    assert framing.cobs_decode(b"\xff" + LONG + b"\x01") == LONG


@pytest.mark.parametrize("stuffed", [b"", b"\0", b"\x02", b"\x03\x11", b"\x05\x11\x22\0\x33", b"\x02\x11\0"])
def test_what_is_no_stuffing(stuffed: bytes) -> None:
    assert framing.cobs_decode(stuffed) is None


# CRC-32 of these bytes as RFC 1952's algorithm gives it: 0xCBF43926 is its published check value.
def test_a_frame_by_hand() -> None:
    assert zlib.crc32(b"123456789") == 0xCBF43926
    assert framing.encode(b"123456789") == b"\0\x0e123456789\x26\x39\xf4\xcb\0"
    assert framing.decode(b"\x0e123456789\x26\x39\xf4\xcb") == b"123456789"
    assert framing.decode(b"\x0e123456788\x26\x39\xf4\xcb") is None


def test_a_body_that_is_too_long_is_refused() -> None:
    assert len(framing.encode(bytes(framing.MAX_BODY))) > framing.MAX_BODY
    with pytest.raises(LinkError, match="1029 bytes is too long for a frame: at most 1028"):
        framing.encode(bytes(framing.MAX_BODY + 1))


@given(st.binary(max_size=1600))
def test_stuffing_goes_both_ways(data: bytes) -> None:
    stuffed = framing.cobs_encode(data)
    assert 0 not in stuffed
    assert len(stuffed) <= len(data) + len(data) // 254 + 1
    assert framing.cobs_decode(stuffed) == data


@given(st.binary(max_size=600))
def test_decoding_survives_anything(data: bytes) -> None:
    decoded = framing.cobs_decode(data)
    assert decoded is None or len(decoded) < len(data)
    framing.decode(data)


@given(st.lists(st.binary(max_size=300), max_size=5), st.data())
@settings(max_examples=60)
def test_frames_are_found_between_text_however_the_stream_is_cut(
    bodies: list[bytes], data: st.DataObject
) -> None:
    text = st.text(alphabet="abc >\r\n", max_size=20)
    stream = bytearray(data.draw(text).encode())
    for body in bodies:
        stream += framing.encode(body) + data.draw(text).encode()
    reader = framing.FrameReader()
    found = []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        found += reader.feed(bytes(stream[:cut]))
        del stream[:cut]
    assert found == bodies


@given(st.binary(min_size=1, max_size=300), st.integers(0), st.integers(0, 7))
def test_a_flipped_bit_is_found(body: bytes, place: int, bit: int) -> None:
    frame = bytearray(framing.encode(body))
    frame[place % len(frame)] ^= 1 << bit
    reader = framing.FrameReader()
    # Whatever the damage: the next frame is read, and the damaged one never as something else.
    assert reader.feed(bytes(frame) + framing.encode(b"next"))[-1:] == [b"next"]
    damaged = framing.FrameReader().feed(bytes(frame))
    assert damaged in ([], [body])


@given(st.binary(max_size=3000))
def test_the_next_frame_after_any_garbage_is_read(garbage: bytes) -> None:
    reader = framing.FrameReader()
    reader.feed(garbage)
    assert reader.feed(framing.encode(b"next"))[-1:] == [b"next"]
    assert len(reader.garbage) <= 512 + framing.MAX_BODY + 16
    assert reader.received == len(garbage) + len(framing.encode(b"next"))


def test_pieces_that_are_no_frames_are_counted_and_kept() -> None:
    reader = framing.FrameReader()
    assert reader.feed(b"hello\r\n\0\0\x03\x01\0") == []
    assert reader.bad == 2
    assert reader.garbage == b"hello\r\n\x03\x01"
    assert reader.feed(b"x" * 5000 + b"\0") == []
    assert reader.bad == 3


@pytest.mark.parametrize("size", [0, 1, 253, 254, 255, 600, 1024])
def test_the_longest_frame_is_no_shorter_than_any(size: int) -> None:
    for filler in (b"\0", b"\x01"):
        body = b"\x0d\0\x01\0" + filler * size
        frame = framing.encode(body)
        assert len(frame) <= framing.longest_frame(size)
        assert frame == framed(body)
