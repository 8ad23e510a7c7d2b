"""A flame graph as one SVG file: stacks of calls from the bottom up, as wide as the cycles spent in them.

Every frame holds its name as text, cut off where it is too narrow, so that a viewer's search finds it, and
name, cycles and share as a tooltip. The file needs nothing from elsewhere.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from host.sim.accuracy import CYCLE_ERROR_SHORT
from host.sim.recording import Recording

WIDTH = 1200
"""Of the drawing, in pixels."""

_FRAME_HEIGHT = 17
_MARGIN = 10
_HEADING = 34
_NARROWEST = 0.1  # pixels; narrower frames are left out


@dataclass(frozen=True)
class Frame:
    """One rectangle: `left` and `cycles` in cycles, `depth` 0 at the bottom."""

    name: str
    depth: int
    left: int
    cycles: int


def frames(recording: Recording) -> tuple[Frame, ...]:
    """Lay the tree of calls out; siblings stand in the order of their names.

    The bottom frame is the whole run without sleep. Empty if calls were not followed, or nothing ran.
    """
    totals = [node.cycles for node in recording.calls]
    children: dict[int, list[int]] = defaultdict(list)
    # A node's parent comes before it, hence children first from the end.
    for index in range(len(recording.calls) - 1, 0, -1):
        parent = recording.calls[index].parent
        totals[parent] += totals[index]
        children[parent].append(index)
    if not totals or totals[0] == 0:
        return ()
    return tuple(_laid_out(recording, totals, children))


def svg(recording: Recording, title: str) -> str:
    """Return the flame graph; `title` says what was run, the drawing adds how exact it is."""
    boxes = frames(recording)
    total = boxes[0].cycles if boxes else 0
    depth = max((box.depth for box in boxes), default=0) + 1
    height = _HEADING + depth * _FRAME_HEIGHT + _MARGIN
    scale = (WIDTH - 2 * _MARGIN) / total if total else 0.0
    heading = f"{title}: {total:,} core cycles awake ({CYCLE_ERROR_SHORT})"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="11">',
        f"<title>{escape(heading)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_MARGIN}" y="22" font-size="14">{escape(heading)}</text>',
    ]
    lines += [_box(box, total, scale, height) for box in boxes if box.cycles * scale >= _NARROWEST]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _laid_out(recording: Recording, totals: list[int], children: dict[int, list[int]]) -> Iterator[Frame]:
    waiting = [(0, 0, 0)]  # node, depth, left: no recursion, stacks may be hundreds of calls deep
    while waiting:
        index, depth, left = waiting.pop()
        name = recording.name(recording.calls[index].function) if index else "all"
        yield Frame(name, depth, left, totals[index])
        place = left
        for child in sorted(children[index], key=lambda one: recording.name(recording.calls[one].function)):
            if totals[child]:
                waiting.append((child, depth + 1, place))
            place += totals[child]


def _box(box: Frame, total: int, scale: float, height: int) -> str:
    x, width = _MARGIN + box.left * scale, box.cycles * scale
    y = height - _MARGIN - (box.depth + 1) * _FRAME_HEIGHT
    tip = f"{box.name}: {box.cycles:,} cycles, {box.cycles / total:.2%}"
    return (
        f'<svg x="{x:.2f}" y="{y}" width="{width:.2f}" height="{_FRAME_HEIGHT - 1}">'
        f'<rect width="100%" height="100%" rx="1" fill="{_colour(box.name)}"/>'
        f'<text x="3" y="12">{escape(box.name)}</text><title>{escape(tip)}</title></svg>'
    )


def _colour(name: str) -> str:
    # The same function has the same warm colour everywhere.
    number = zlib.crc32(name.encode())
    return f"hsl({number % 50} {65 + number // 50 % 30}% {62 + number // 1500 % 16}%)"
