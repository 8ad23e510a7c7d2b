"""Messages against the literal frames of docs/link.md."""

import link_document
import pytest

from host.errors import LinkError
from host.link import framing
from host.link.message import Message, MessageType


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("PING, sequence 1,", Message(13, 1, b"help\r\n", reply=True)),
        ("GOODBYE, sequence 2", Message(2, 2, reply=True)),
        ("Type 99, sequence 3", Message(99, 3, b"\x03unknown type 99", reply=True, error=True)),
    ],
)
def test_replies_are_read_as_the_document_says(title: str, message: Message) -> None:
    assert message_in(link_document.literal(title, 1)) == message


def message_in(frame: bytes) -> Message | None:
    (body,) = framing.FrameReader().feed(frame)
    return Message.parse(body)


def test_a_payload_that_is_too_long_is_refused() -> None:
    with pytest.raises(LinkError, match="1025 bytes is too long: at most 1024"):
        Message(13, 0, bytes(1025)).to_bytes()


def test_a_body_of_less_than_a_header_is_nothing() -> None:
    assert Message.parse(b"\x01\x02\x03") is None


def test_types_are_the_documents() -> None:
    assert link_document.types() == {each.name: each.value for each in MessageType}
