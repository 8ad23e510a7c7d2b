"""Bad days of the link on the virtual board beyond those of test_link.py."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from host import native_profile
from host.default_model import PRETRAINED
from host.errors import LinkError
from host.link.device import Device
from host.link.device_evaluation import Evaluation
from host.link.transports import BoardTransport
from host.sim import image_file
from host.sim.board import VirtualBoard
from host.tflite import reader

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

MODEL = reader.read(PRETRAINED)
DATA = native_profile.random_batch(MODEL, 1, native_profile.SEED).tobytes()
CODES = np.random.default_rng(4).integers(-128, 128, (200, 128), np.int8)

Spoil = Callable[[bytes], bytes]


class BadLine(BoardTransport):
    """A board's line that does something to what is written, and to what is read."""

    def __init__(self, image: Path) -> None:
        self.board = VirtualBoard()
        self.board.load(image_file.read(image))
        super().__init__(self.board)
        self.there: Spoil = bytes
        self.back: Spoil = bytes

    def write(self, data: bytes) -> None:
        super().write(self.there(data))

    def read(self, timeout_s: float) -> bytes:
        return self.back(super().read(timeout_s))


@pytest.fixture
def line(simulator_image: Path) -> BadLine:
    return BadLine(simulator_image)


@pytest.mark.parametrize("when", [3, 21])
@pytest.mark.parametrize("baud", [115_200, 921_600])
def test_a_frame_cut_by_a_reset(when: int, baud: int, line: BadLine) -> None:
    device = Device(line, MODEL, baud)
    expected = device.infer(DATA).output
    writes = iter(range(1, 10**6))

    def cut(data: bytes) -> bytes:
        if next(writes) != when:
            return data
        line.board.send(data[: len(data) // 2], baud=line.baud)
        line.board.run(cycles=100_000)  # the first half arrives
        line.board.reset()
        return data[len(data) // 2 :]

    line.there = cut
    assert device.infer(DATA).output == expected
    assert device.session.sessions == 2


def corrupt(source: random.Random, data: bytes) -> bytes:
    return bytes(byte ^ 1 << source.randrange(8) if source.random() < 0.01 else byte for byte in data)


def drop(source: random.Random, data: bytes) -> bytes:
    return bytes(byte for byte in data if source.random() >= 0.01)


def burst(source: random.Random, data: bytes) -> bytes:
    return source.randbytes(200) + data if data and source.random() < 0.05 else data


@pytest.mark.parametrize("day", [corrupt, drop, burst])
def test_a_clip_over_a_bad_line(day: Callable[[random.Random, bytes], bytes], line: BadLine) -> None:
    device = Device(line, MODEL, 921_600)
    frames = [frame.tobytes() for frame in CODES[:40]]
    expected = [result.score_int8 for result in device.push_frames(1, 1, frames)]
    source = random.Random(9)
    line.there = line.back = lambda data: day(source, data)
    assert [result.score_int8 for result in device.push_frames(1, 2, frames)] == expected
    assert device.session.sessions == 1  # and the rate held


def test_a_port_unplugged_and_back_in_a_clip(line: BadLine) -> None:
    evaluation = Evaluation(Device(line, MODEL, 921_600), MODEL)
    expected = evaluation.score("clip", CODES)
    reads = iter(range(1, 10**6))

    def go(data: bytes) -> bytes:
        if next(reads) == 300:
            raise LinkError("the port has gone")
        return data

    line.back = go
    result = evaluation.score("clip", CODES)
    # The board was not reset: its rate is found again.
    assert (result.score, result.windows) == (expected.score, 196)


def test_a_board_that_was_never_heard(line: BadLine) -> None:
    line.back = lambda data: b""
    start = line.now()
    with pytest.raises(LinkError, match=r"nobody answers .* within 5 s: check that the board is powered"):
        Device(line)
    assert line.now() - start < 5.5


def test_firmware_with_a_console_and_no_link_is_said(line: BadLine) -> None:
    line.there = lambda data: b"" if data.startswith(b"\0") else data  # it knows no frames, and a typed line
    with pytest.raises(LinkError, match=r"other firmware answers .* with text and no frames"):
        Device(line)
