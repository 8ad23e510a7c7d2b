"""Requests for tensors and frames in pieces, as large as the line lets through.

They are cut while they are being sent: the line may turn out to be another than it seemed.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from host.link.line_quality import LineQuality
from host.link.requests import STAGE_BYTES, Request

INPUT_BYTES = 128
"""Of an input tensor in one message, over a good line."""

OUTPUT_BYTES = 96
"""Of an output tensor: of replies that are this short 16 may be in flight."""

_REMEMBERED = 16  # frames; what is further back nothing may overtake


def inputs(data: bytes, line: LineQuality) -> Iterator[Request]:
    """Cut an input tensor's bytes."""
    for index, part in enumerate(_parts(len(data), INPUT_BYTES, line)):
        yield Request.set_input(part.start, data[part.start : part.stop]).overtaking(index)


def outputs(size: int, line: LineQuality) -> Iterator[Request]:
    """Ask for an output tensor of `size` bytes."""
    for index, part in enumerate(_parts(size, OUTPUT_BYTES, line)):
        yield Request.get_output(part.start, len(part)).overtaking(index)


def pushes(
    session: int, clip: int, frames: Iterable[bytes], first: int, line: LineQuality
) -> Iterator[Request]:
    """Ask for frames, numbered from `first` on, to be moved into the window: whole, or after their pieces.

    The pieces of several frames may be on their way at once, each in a place of its own in the stage.
    """
    at = 0  # of the next request
    ends: deque[int] = deque(maxlen=_REMEMBERED)  # where each of the frames was complete
    for number, codes in enumerate(frames, first):
        places = STAGE_BYTES // max(len(codes), 1)
        if places and line.payload(len(codes)) < len(codes):
            place = number % places * len(codes)
            free_after = ends[-places] if places <= len(ends) else -1
            for part in _parts(len(codes), len(codes), line):
                piece = Request.stage(place + part.start, codes[part.start : part.stop])
                yield piece.overtaking(at - free_after - 1)
                at += 1
            yield Request.push_staged(session, clip, number, place, len(codes))
        else:
            yield Request.push_frame(session, clip, number, codes)
        ends.append(at)
        at += 1


def _parts(size: int, largest: int, line: LineQuality) -> Iterator[range]:
    start = 0
    while start < size:
        left = size - start
        # What is left in equal parts, lest a short one has a frame of its own.
        count = max(round(left / line.payload(largest)), -(-left // largest))
        part = range(start, start + -(-left // count))
        yield part
        start = part.stop
