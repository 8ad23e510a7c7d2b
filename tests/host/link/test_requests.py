"""Requests against the literal frames of docs/link.md, and how long their replies may be."""

import link_document
import pytest

from host.link import framing
from host.link.description import Section
from host.link.requests import Request


def on_the_line(request: Request, sequence: int) -> bytes:
    return framing.encode(request.numbered(sequence).to_bytes())


@pytest.mark.parametrize(
    ("title", "request_", "sequence"),
    [
        ("HELLO, sequence 0", Request.hello(0x11223344), 0),
        ("PING, sequence 1,", Request.ping(b"help\r\n"), 1),
        ("GOODBYE, sequence 2", Request.goodbye(), 2),
        ("STAGE, sequence 6", Request.stage(3, b"abc").overtaking(1), 6),
        ("SET_INPUT, sequence 4", Request.set_input(0, bytes((1, 2, 3, 4, 5, 6, 7, 0, 0))), 4),
    ],
)
def test_requests_are_the_documents(title: str, request_: Request, sequence: int) -> None:
    assert on_the_line(request_, sequence) == link_document.literal(title)


def test_a_long_frame_has_the_documents_ends() -> None:
    frame = on_the_line(Request.ping(b"\xaa" * 300), 257)
    assert len(frame) == 312
    assert frame.startswith(bytes.fromhex("00020dff0101aaaa"))
    assert frame.endswith(bytes.fromhex("aaaa26ddbe4600"))
    assert frame.count(b"\x35") == 1


@pytest.mark.parametrize(
    ("request_", "size"),
    [
        (Request.hello(1), 77),
        (Request.goodbye(), 0),
        (Request.describe(Section.MEMORY, 0, 28), 28),
        (Request.describe(Section.TEXTS, 20, 40), 40),
        (Request.set_input(0, bytes(99)), 0),
        (Request.push_frame(1, 2, 3, bytes(128)), 9),
        (Request.push_staged(1, 2, 3, 0, 128), 9),
        (Request.invoke(), 4),
        (Request.get_output(70_000, 96), 96),
        (Request.score(), 8),
        (Request.profile(3, 2), 60),
        (Request.profile(3, 100), 1012),
        (Request.self_test(), 1024),
        (Request.log(70_000, 33), 33),
        (Request.ping(b"four"), 4),
    ],
)
def test_how_long_a_reply_may_be(request_: Request, size: int) -> None:
    assert request_.reply_bytes == size  # by the document's types


def test_a_request_overtakes_no_more_than_the_flags_can_say() -> None:
    assert Request.ping().overtaking(3).overtakes == 3
    assert Request.ping().overtaking(16).overtakes == 15
