"""Sections of a device's description, byte by byte as docs/link.md has them, and malformed ones."""

import struct

import pytest

from host.errors import LinkError
from host.link.description import (
    AcceleratorFacts,
    LineFacts,
    MemoryFacts,
    TensorFacts,
    Texts,
    WindowFacts,
    parse_tensors,
)


def test_texts_lose_control_characters() -> None:
    payload = b"".join(bytes([len(each)]) + each for each in (b"b", b"1", b"\x1b[2Jm\xff", b"k", b"a"))
    assert Texts.parse(payload).model == "[2Jm\ufffd"


def test_tensors() -> None:
    payload = b"\x01\x09\x02" + struct.pack("<ii", 1, -4) + struct.pack("<fiI", 0.5, -3, 4)
    assert parse_tensors(payload) == (TensorFacts(True, 9, (1, -4), 0.5, -3, 4),)


def test_what_a_device_does_not_know_of_its_memory_is_none() -> None:
    assert MemoryFacts.parse(struct.pack("<7I", 1, 2, 3, 4, 5, 6, 0xFFFFFFFF)).weights_ram is None


@pytest.mark.parametrize(
    ("parse", "payload"),
    [
        (AcceleratorFacts.parse, bytes(9)),
        (Texts.parse, b"\x02ab"),
        (Texts.parse, b"\x02a"),
        (parse_tensors, b"\0\x09\xff"),
        (MemoryFacts.parse, bytes(27)),
        (WindowFacts.parse, bytes(11)),
        (LineFacts.parse, bytes(17)),
    ],
)
def test_malformed_sections(parse, payload) -> None:
    with pytest.raises(LinkError, match="reply is malformed: flash an image"):
        parse(payload)
