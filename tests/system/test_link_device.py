"""The device's end of the link on the chip's image: rates, loss, and bytes that no host would send."""

import random
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from host.sim import image_file
from host.sim.board import VirtualBoard

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

FIRST_BAUD = 115_200
FAST_BAUD = 921_600
FRAME_VALUES = 128


def stuffed(body: bytes) -> bytes:
    """COBS by splitting at the zeros: code by code as docs/link.md describes it."""
    out = bytearray()
    pieces = body.split(b"\0")
    for number, piece in enumerate(pieces):
        while len(piece) > 254 or (len(piece) == 254 and number < len(pieces) - 1):
            out += b"\xff" + piece[:254]
            piece = piece[254:]
        out += bytes([len(piece) + 1]) + piece
    return bytes(out)


def frame(kind: int, sequence: int, payload: bytes = b"") -> bytes:
    body = struct.pack("<BBH", kind, 0, sequence) + payload
    return b"\0" + stuffed(body + struct.pack("<I", zlib.crc32(body))) + b"\0"


def hello(nonce: int = 1) -> bytes:
    return frame(1, 0, struct.pack("<HHI", 2, 0, nonce) + bytes(32))


@dataclass(frozen=True)
class Reply:
    kind: int
    flags: int
    sequence: int
    payload: bytes


def parse(sent: bytes) -> list[Reply]:
    """The frames among the bytes that a board has sent; their CRCs are checked."""
    replies = []
    for part in sent.split(b"\0")[1::2]:
        body = bytearray()
        at = 0
        while at < len(part):
            code = part[at]
            body += part[at + 1 : at + code]
            at += code
            if code < 255 and at < len(part):
                body.append(0)
        assert zlib.crc32(body[:-4]) == struct.unpack("<I", body[-4:])[0]
        replies.append(Reply(*struct.unpack("<BBH", body[:4]), bytes(body[4:-4])))
    return replies


class Line:
    """A board that has booted, and what it answers."""

    def __init__(self, image: Path) -> None:
        self.board = VirtualBoard()
        self.board.load(image_file.read(image))
        self.baud = FIRST_BAUD
        self.wait(0.3)

    def wait(self, seconds: float) -> bytes:
        """Let the board run; return what it sent at the rate of this end."""
        self.board.run(cycles=int(seconds * self.board.core_hz))
        sent = self.board.sent_bytes()
        return bytes(byte.value for byte in sent if abs(byte.baud / self.baud - 1) < 0.03)

    def send(self, data: bytes, seconds: float = 0.05) -> bytes:
        self.board.send(data, baud=self.baud)
        return self.wait(seconds + 10 * len(data) / self.baud)

    def ask(self, data: bytes, seconds: float = 0.05) -> list[Reply]:
        return parse(self.send(data, seconds))

    def raise_rate(self) -> None:
        (reply,) = self.ask(hello())
        assert reply.flags == 1
        (reply,) = self.ask(frame(12, 1, struct.pack("<I", FAST_BAUD)))
        assert reply.flags == 1
        self.baud = FAST_BAUD


@pytest.fixture
def line(simulator_image: Path) -> Line:
    return Line(simulator_image)


def test_a_stream_during_inferences_loses_nothing(line: Line) -> None:
    line.raise_rate()
    codes = random.Random(7)
    frames = [
        frame(5, 2 + i, struct.pack("<III", 1, 1, i) + codes.randbytes(FRAME_VALUES)) for i in range(20)
    ]
    replies = line.ask(b"".join(frames), seconds=0.3)
    assert [reply.sequence for reply in replies] == list(range(2, 22))
    assert [reply.payload[0] for reply in replies] == [0] * 4 + [1] * 16
    (counts,) = line.ask(frame(3, 22, b"\x04\0\0\x10\0"))
    good, bad, lost, baud = struct.unpack("<4I", counts.payload)
    assert (good, bad, lost) == (23, 0, 0)
    assert abs(baud - FAST_BAUD) < FAST_BAUD * 0.01


def test_a_rate_ends_after_three_seconds_of_silence(line: Line) -> None:
    line.raise_rate()
    assert line.ask(frame(13, 2, b"x"))[0].payload == b"x"
    assert line.wait(3.1) == b""
    assert line.ask(frame(13, 3, b"y")) == []
    line.baud = FIRST_BAUD
    assert line.ask(frame(13, 3, b"y"))[0].payload == b"y"


def test_a_rate_that_the_host_does_not_follow_ends_with_framing_errors(line: Line) -> None:
    line.raise_rate()
    line.baud = FIRST_BAUD
    ping = frame(13, 2, b"\x55\xaa" * 20)
    for _ in range(6):
        line.send(ping)
    assert line.ask(ping)[0].payload == b"\x55\xaa" * 20


def test_commands_in_payloads_are_not_run(line: Line) -> None:
    for command in (
        b"help",
        b"info",
        b"model",
        b"run",
        b"profile",
        b"bench 1",
        b"mem",
        b"mvp",
        b"log",
        b"reboot",
    ):
        for ping in (frame(13, 5, b"\r" + command + b"\r"), frame(13, 5, b"\n" + command + b"\nyes\n")):
            (reply,) = line.ask(ping)  # there is no session: RESTART, and nothing of the console
            assert reply.payload[0] == 5
            assert line.send(ping[:-1], seconds=0.15) == b""  # cut off
    assert b"clock" in line.send(b"info\r", seconds=0.2)


def mutated(source: random.Random, sequence: int) -> bytes:
    if source.random() < 0.2:
        return source.randbytes(source.randrange(300))
    if source.random() < 0.1:
        return hello(source.randrange(3))
    payload = source.randbytes(source.choice([0, 1, 2, 4, 12, 140, 1024, 1030]))
    data = bytearray(frame(source.randrange(18), sequence, payload))
    for _ in range(source.randrange(3)):
        at = source.randrange(len(data))
        data[at : at + source.randrange(3)] = source.randbytes(source.randrange(3))
        if not data:
            break
    return bytes(data)


def feed(line: Line, count: int) -> None:
    """Send mutated frames; from time to time, link and console must both still answer."""
    source = random.Random(20261126)
    sent = 0
    sequence = 1
    line.raise_rate()
    while sent < count:
        for _ in range(20):
            data = mutated(source, sequence & 0xFFFF)
            line.board.send(data, baud=line.baud)
            sent += len(data)
            sequence += 1
        line.wait(0.2)
        line.wait(11)  # the session and its rate end
        line.baud = FIRST_BAUD
        line.send(b"\r", seconds=0.2)
        assert b"clock" in line.send(b"\r\x03info\r", seconds=0.3)
        line.raise_rate()
        sequence = 2


def test_mutated_frames_break_nothing(line: Line) -> None:
    feed(line, 30_000)


@pytest.mark.slow
def test_a_million_mutated_bytes_break_nothing(line: Line) -> None:
    feed(line, 1_000_000)
