"""Replies, byte by byte as docs/link.md has them, and malformed ones."""

import struct

import link_document
import pytest

from host.errors import LinkError
from host.link.replies import (
    ErrorCode,
    FrameResult,
    Hello,
    ProfilePart,
    Refusal,
    Scores,
    SelfTest,
    layers_in,
    parse_cycles,
)


def test_scores_that_there_are_not_are_none() -> None:
    nan = struct.pack("<ff", float("nan"), 0.25)
    assert Scores.parse(nan) == Scores(None, 0.25)
    assert FrameResult.parse(b"\0" + nan).score_int8 is None


@pytest.mark.parametrize(
    ("parse", "payload"),
    [
        (Hello.parse, b""),
        (Hello.parse, b"\x02\0" + bytes(70)),
        (FrameResult.parse, bytes(8)),
        (parse_cycles, bytes(3)),
        (Scores.parse, bytes(9)),
        (ProfilePart.parse, bytes(3)),
        (ProfilePart.parse, bytes(4 + 27)),
        (SelfTest.parse, bytes(7)),
        (Refusal.parse, b""),
    ],
)
def test_malformed_replies(parse, payload) -> None:
    with pytest.raises(LinkError, match="reply is malformed: flash an image"):
        parse(payload)


def test_error_codes_are_the_documents() -> None:
    assert link_document.errors() == {each.name: each.value for each in ErrorCode}


@pytest.mark.parametrize(("size", "layers"), [(8, 1), (32, 1), (59, 1), (60, 2), (1024, 36), (9999, 36)])
def test_how_many_layers_fit(size: int, layers: int) -> None:
    assert layers_in(size) == layers
