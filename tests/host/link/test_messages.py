"""Messages against the literal frames of docs/link.md, and what is malformed."""

import re
import struct

import pytest
from fake_device import framed

from host.errors import LinkError
from host.link import framing, messages
from host.link.messages import Message, MessageType
from host.project import ROOT

DOCUMENT = ROOT / "docs" / "link.md"


def literal(title: str, number: int = 0) -> bytes:
    """A frame of the document's last chapter, by the words above it."""
    chapter = DOCUMENT.read_text(encoding="utf-8").split("## Literal frames")[1]
    block = re.split(r"\n\n(?=\S)", chapter.split(title)[1])[0]
    lines = [line for line in block.splitlines() if re.fullmatch(r" {4}([0-9a-f]{2} ?)+", line)]
    data = bytes.fromhex("".join(lines))
    return re.findall(rb"\x00[^\x00]+\x00", data)[number]


def on_the_line(request: messages.Request, sequence: int) -> bytes:
    return framing.encode(
        Message(request.type, sequence, request.payload, overtakes=request.overtakes).to_bytes()
    )


def body_of(frame: bytes) -> Message | None:
    (body,) = framing.FrameReader().feed(frame)
    return messages.parse(body)


@pytest.mark.parametrize(
    ("title", "request_", "sequence"),
    [
        ("HELLO, sequence 0", messages.hello(0x11223344), 0),
        ("PING, sequence 1,", messages.ping(b"help\r\n"), 1),
        ("GOODBYE, sequence 2", messages.goodbye(), 2),
        ("STAGE, sequence 6", messages.stage(3, b"abc").overtaking(1), 6),
        ("SET_INPUT, sequence 4", messages.set_input(0, bytes((1, 2, 3, 4, 5, 6, 7, 0, 0))), 4),
    ],
)
def test_requests_are_the_documents(title: str, request_: messages.Request, sequence: int) -> None:
    assert on_the_line(request_, sequence) == literal(title)


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("PING, sequence 1,", Message(13, 1, b"help\r\n", reply=True)),
        ("GOODBYE, sequence 2", Message(2, 2, reply=True)),
        ("Type 99, sequence 3", Message(99, 3, b"\x03unknown type 99", reply=True, error=True)),
    ],
)
def test_replies_are_read_as_the_document_says(title: str, message: Message) -> None:
    assert body_of(literal(title, 1)) == message


def test_a_long_frame_has_the_documents_ends() -> None:
    frame = on_the_line(messages.ping(b"\xaa" * 300), 257)
    assert len(frame) == 312
    assert frame.startswith(bytes.fromhex("00020dff0101aaaa"))
    assert frame.endswith(bytes.fromhex("aaaa26ddbe4600"))
    assert frame.count(b"\x35") == 1


@pytest.mark.parametrize("size", [0, 1, 253, 254, 255, 600, 1024])
def test_the_longest_frame_is_no_shorter_than_any(size: int) -> None:
    for filler in (b"\0", b"\x01"):
        frame = framing.encode(Message(13, 1, filler * size).to_bytes())
        assert len(frame) <= framing.longest_frame(size)
        assert frame == framed(Message(13, 1, filler * size).to_bytes())


def test_a_payload_that_is_too_long_is_refused() -> None:
    with pytest.raises(LinkError, match="1025 bytes is too long: at most 1024"):
        Message(13, 0, bytes(1025)).to_bytes()


def test_texts_lose_escape_sequences() -> None:
    payload = b"".join(bytes([len(each)]) + each for each in (b"b", b"1", b"\x1b[2Jm\xff", b"k", b"a"))
    assert messages.parse_texts(payload).model == "[2Jm\ufffd"


def test_what_a_device_does_not_know_is_none() -> None:
    assert messages.parse_memory(struct.pack("<7I", 1, 2, 3, 4, 5, 6, 0xFFFFFFFF)).weights_ram is None
    nan = struct.pack("<ff", float("nan"), 0.25)
    assert messages.parse_scores(nan) == messages.Scores(None, 0.25)
    assert messages.parse_frame_result(b"\0" + nan).score_int8 is None


def test_tensors() -> None:
    payload = b"\x01\x09\x02" + struct.pack("<ii", 1, -4) + struct.pack("<fiI", 0.5, -3, 4)
    assert messages.parse_tensors(payload) == (messages.TensorFacts(True, 9, (1, -4), 0.5, -3, 4),)


@pytest.mark.parametrize(
    ("parse", "payload"),
    [
        (messages.parse_hello, b""),
        (messages.parse_hello, b"\x02\0" + bytes(70)),
        (messages.parse_accelerator, bytes(9)),
        (messages.parse_texts, b"\x02ab"),
        (messages.parse_texts, b"\x02a"),
        (messages.parse_tensors, b"\0\x09\xff"),
        (messages.parse_memory, bytes(27)),
        (messages.parse_window, bytes(11)),
        (messages.parse_line, bytes(17)),
        (messages.parse_frame_result, bytes(8)),
        (messages.parse_cycles, bytes(3)),
        (messages.parse_scores, bytes(9)),
        (messages.parse_profile, bytes(3)),
        (messages.parse_profile, bytes(4 + 27)),
        (messages.parse_self_test, bytes(7)),
        (messages.parse_refusal, b""),
    ],
)
def test_malformed_replies(parse, payload) -> None:
    with pytest.raises(LinkError, match="reply is malformed: flash an image"):
        parse(payload)


def test_types_are_the_documents() -> None:
    chapter = DOCUMENT.read_text(encoding="utf-8").split("## Types")[1]
    named = {name: int(number) for number, name in re.findall(r"^\*\*(\d+) ([A-Z_]+)\*\*", chapter, re.M)}
    assert named == {each.name: each.value for each in MessageType}
    codes = {name: int(number) for number, name in re.findall(r"^\| (\d+) \| ([A-Z_]+) \|", chapter, re.M)}
    assert codes == {each.name: each.value for each in messages.ErrorCode}


@pytest.mark.parametrize(
    ("request_", "size"),
    [
        (messages.hello(1), 77),
        (messages.goodbye(), 0),
        (messages.describe(messages.Section.MEMORY), 28),
        (messages.describe(messages.Section.TEXTS, 20, 40), 40),
        (messages.set_input(0, bytes(99)), 0),
        (messages.push_frame(1, 2, 3, bytes(128)), 9),
        (messages.push_staged(1, 2, 3, 0, 128), 9),
        (messages.invoke(), 4),
        (messages.get_output(70_000, 96), 96),
        (messages.score(), 8),
        (messages.profile(3, 2), 60),
        (messages.profile(3, 100), 1012),
        (messages.self_test(), 1024),
        (messages.log(70_000, 33), 33),
        (messages.ping(b"four"), 4),
    ],
)
def test_how_long_a_reply_may_be(request_: messages.Request, size: int) -> None:
    assert messages.reply_bytes(request_) == size  # by the document's types


@pytest.mark.parametrize(("size", "layers"), [(8, 1), (32, 1), (59, 1), (60, 2), (1024, 36), (9999, 36)])
def test_how_many_layers_fit(size: int, layers: int) -> None:
    assert messages.layers_in(size) == layers


def test_a_request_overtakes_no_more_than_the_flags_can_say() -> None:
    assert messages.ping().overtaking(3).overtakes == 3
    assert messages.ping().overtaking(16).overtakes == 15


def test_a_body_of_less_than_a_header_is_nothing() -> None:
    assert messages.parse(b"\x01\x02\x03") is None
