"""Where the operators of a graph stand in a drawing: in rows by their distance from the inputs.

An edge over several rows gets a place of its own in each row between, so that it crosses no box (Sugiyama,
Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A box: its number, its size in pixels, and the nodes before it."""

    number: int
    width: float
    height: float
    before: tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """The left upper corner of a box."""

    x: float
    y: float


@dataclass(frozen=True)
class Edge:
    """A line from one box to another through its points (x, y), from top to bottom."""

    first: int
    second: int
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Layout:
    """A drawing's places by the number of the node, its edges, and its size in pixels."""

    places: Mapping[int, Place]
    edges: tuple[Edge, ...]
    width: float
    height: float


GAP = 28.0
"""Pixels between boxes side by side, and around the drawing."""
ROW_GAP = 44.0
LANE = 16.0
"""Width of the place that an edge gets between boxes."""


@dataclass
class _Slot:
    """A place in a row: of a node, or of an edge that passes."""

    width: float
    height: float
    before: list["_Slot"]
    position: float = 0.0
    x: float = 0.0
    y: float = 0.0


def lay_out(nodes: Sequence[Node]) -> Layout:
    """Return the places of nodes, each of which names only nodes that stand before it in the sequence."""
    rows: list[list[_Slot]] = []
    slots: dict[int, _Slot] = {}
    row_of: dict[int, int] = {}
    chains: list[tuple[int, int, list[_Slot]]] = []
    for node in nodes:
        row = 1 + max((row_of[number] for number in node.before), default=-1)
        row_of[node.number] = row
        rows += [[] for _ in range(row + 1 - len(rows))]
        slot = _Slot(node.width, node.height, [])
        for number in node.before:
            chain = _lanes(rows, slots[number], row_of[number], row)
            slot.before.append(chain[-1])
            chains.append((number, node.number, [*chain, slot]))
        rows[row].append(slot)
        slots[node.number] = slot
    width = _arrange(rows)
    height = rows[-1][0].y + max(slot.height for slot in rows[-1]) + GAP if rows else 0.0
    places = {number: Place(slot.x, slot.y) for number, slot in slots.items()}
    edges = tuple(Edge(first, second, _points(chain)) for first, second, chain in chains)
    return Layout(places, edges, width, height)


def _lanes(rows: list[list[_Slot]], first: _Slot, start: int, end: int) -> list[_Slot]:
    chain = [first]
    for row in range(start + 1, end):
        lane = _Slot(LANE, 0.0, [chain[-1]])
        rows[row].append(lane)
        chain.append(lane)
    return chain


def _arrange(rows: list[list[_Slot]]) -> float:
    """Give all slots their places, each row sorted by where its edges come from; return the width."""
    widths = [sum(slot.width for slot in row) + GAP * (len(row) - 1) for row in rows]
    total = max(widths, default=0.0) + 2 * GAP
    y = GAP
    for row, width in zip(rows, widths, strict=True):
        for number, slot in enumerate(row):
            centers = [each.x + each.width / 2 for each in slot.before]
            slot.position = sum(centers) / len(centers) if centers else float(number)
        row.sort(key=lambda slot: slot.position)
        height = max(slot.height for slot in row)
        x = (total - width) / 2
        for slot in row:
            slot.x, slot.y = round(x, 1), round(y, 1)
            if not slot.height:  # An edge passes the whole row.
                slot.height = height
            x += slot.width + GAP
        y += height + ROW_GAP
    return total


def _points(chain: Sequence[_Slot]) -> tuple[tuple[float, float], ...]:
    points = [(_center(chain[0]), chain[0].y + chain[0].height)]
    for lane in chain[1:-1]:
        points += [(_center(lane), lane.y), (_center(lane), lane.y + lane.height)]
    return (*points, (_center(chain[-1]), chain[-1].y))


def _center(slot: _Slot) -> float:
    return round(slot.x + slot.width / 2, 1)
