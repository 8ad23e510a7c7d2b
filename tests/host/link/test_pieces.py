"""How tensors and frames are cut, and that nothing overtakes what it depends on."""

import random

import pytest

from host.link import pieces
from host.link.line_quality import LineQuality
from host.link.message import MessageType
from host.link.requests import Request

STAGE = 1024


class Line(LineQuality):
    """A line on which so many bytes are best."""

    def __init__(self, best: int) -> None:
        super().__init__()
        self.best = best

    def payload(self, largest: int) -> int:
        return min(self.best, largest)


@pytest.mark.parametrize("size", [0, 1, 95, 96, 97, 640, 2560])
@pytest.mark.parametrize("best", [8, 32, 100, 1024])
def test_tensors_are_cut_without_gap(size: int, best: int) -> None:
    data = random.Random(size).randbytes(size)
    asked = list(pieces.inputs(data, Line(best)))
    received = bytearray(size)
    for request in asked:
        offset = int.from_bytes(request.payload[:4], "little")
        part = request.payload[4:]
        assert 0 < len(part) <= min(128, 1.5 * best)
        received[offset : offset + len(part)] = part
    assert bytes(received) == data
    parts = [(int.from_bytes(it.payload[:4], "little"), it.reply_bytes) for it in asked_outputs(size, best)]
    assert [start for start, _ in parts] == [sum(n for _, n in parts[:i]) for i in range(len(parts))]
    assert sum(length for _, length in parts) == size
    assert all(length <= min(96, 1.5 * best) for _, length in parts)


def asked_outputs(size: int, best: int) -> list[Request]:
    return list(pieces.outputs(size, Line(best)))


def test_a_piece_overtakes_those_before_it_and_nothing_else() -> None:
    overtaken = [request.overtakes for request in pieces.inputs(bytes(2560), Line(1024))]
    assert overtaken == [min(number, 15) for number in range(20)]


def test_pieces_follow_the_line() -> None:
    line = Line(128)
    requests = pieces.inputs(bytes(640), line)
    assert len(next(requests).payload) == 4 + 128
    line.best = 32
    assert [len(request.payload) - 4 for request in requests] == [32] * 16


def test_frames_go_whole_over_a_good_line() -> None:
    frames = [bytes([number]) * 128 for number in range(9)]
    asked = list(pieces.pushes(1, 2, frames, 3, Line(128)))
    assert asked == [Request.push_frame(1, 2, 3 + number, codes) for number, codes in enumerate(frames)]


def served_orders(requests: list[Request], source: random.Random) -> list[int]:
    """An order in which a device may serve requests that come as they like."""
    left, order = list(range(len(requests))), []
    while left:
        may = [place for place in left if place - left[0] <= requests[place].overtakes]
        order.append(source.choice(may))
        left.remove(order[-1])
    return order


@pytest.mark.parametrize("values", [1, 8, 100, 128, 250, 640, 1000])
@pytest.mark.parametrize("seed", range(4))
def test_frames_in_pieces_are_whole_in_whatever_order_they_come(values: int, seed: int) -> None:
    source = random.Random(seed)
    frames = [source.randbytes(values) for _ in range(40)]
    asked = list(pieces.pushes(1, 2, frames, 0, Line(max(values // 4, 1) if seed else 30)))
    stage = bytearray(STAGE)
    pushed = []
    for place in served_orders(asked, source):
        request = asked[place]
        if request.type is MessageType.STAGE:
            offset, data = int.from_bytes(request.payload[:2], "little"), request.payload[2:]
            assert offset + len(data) <= STAGE
            stage[offset : offset + len(data)] = data
        elif request.type is MessageType.PUSH_STAGED:
            offset, size = (int.from_bytes(request.payload[at : at + 2], "little") for at in (12, 14))
            pushed.append(bytes(stage[offset : offset + size]))
        else:
            pushed.append(request.payload[12:])
    assert pushed == frames


def test_a_frame_that_no_stage_holds_goes_whole() -> None:
    (request,) = pieces.pushes(1, 2, [bytes(1025)], 0, Line(32))
    assert request.type is MessageType.PUSH_FRAME
