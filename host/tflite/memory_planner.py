"""Where buffers lie: the planner of the firmware, a longer search, and a bound that no plan can beat.

Offsets are in bytes from the start of the planned memory, one per buffer in the order given.
"""

import random
from collections.abc import Callable, Iterable, Sequence

from host.tflite.tensor_lifetimes import Buffer

SEARCH_WORK = 4_000_000
"""Pairs of buffers that a search compares at most, some seconds. Counted: all computers find the same."""

_MOST_PLANS = 20_000
_SEED = 1


def coexist(buffers: Sequence[Buffer], offsets: Sequence[int], a: int, b: int) -> bool:
    """Return whether two buffers at their offsets can both do their work."""
    return (
        not _live_together(buffers[a], buffers[b])
        or offsets[a] + _distance(buffers, a, b) <= offsets[b]
        or offsets[b] + _distance(buffers, b, a) <= offsets[a]
    )


def holds(buffers: Sequence[Buffer], offsets: Sequence[int]) -> bool:
    """Return whether all buffers can do their work at their offsets."""
    return all(coexist(buffers, offsets, a, b) for a in range(len(buffers)) for b in range(a))


def total(buffers: Sequence[Buffer], offsets: Sequence[int]) -> int:
    """Return the bytes that a plan takes."""
    return max((at + buffer.bytes for at, buffer in zip(offsets, buffers, strict=True)), default=0)


def greedy(buffers: Sequence[Buffer], fixed: dict[int, int] | None = None) -> tuple[int, ...]:
    """Return the firmware's plan: the largest first, each at the lowest place where it can do its work.

    Args:
        buffers: What to place.
        fixed: Offsets of those that have one already.
    """
    # sorted() is stable: among equal sizes the first comes first.
    return _in_order(buffers, sorted(range(len(buffers)), key=lambda i: -buffers[i].bytes), fixed or {})


def least_bytes(buffers: Sequence[Buffer]) -> int:
    """Return the largest sum of what is alive at one operator: no plan takes less.

    Where an operator may overwrite inputs, these and its output count together: at least as much as the
    output, as the inputs, and as a single input above its lead.
    """
    ends = range(-1, max((buffer.last for buffer in buffers), default=-1) + 1)
    return max((_alive(buffers, operator) for operator in ends), default=0)


def search(buffers: Sequence[Buffer], work: int = SEARCH_WORK) -> tuple[int, ...]:
    """Return the smallest plan that is found in a limited time; never a larger one than `greedy`.

    Plans are made from orders of the buffers, each at its first fit: one of the orders makes the smallest
    plan there is, that by its offsets. The search starts at several orders that often are good, then changes
    the best by moves of single buffers, at first also to worse ones (simulated annealing).

    Args:
        buffers: What to place.
        work: Limit of the work, in compared pairs of buffers.
    """
    bound = least_bytes(buffers)
    count = len(buffers)
    plans = min(_MOST_PLANS, work // max(1, count * count))
    orders = [sorted(range(count), key=key) for key in _orders(buffers)]
    found = [(total(buffers, plan), plan, order) for order in orders for plan in [_in_order(buffers, order)]]
    best = min(found, key=lambda each: each[0])
    current, generator = best, random.Random(_SEED)
    temperature = best[0] / 50
    for step in range(plans):
        if best[0] == bound:
            break
        order = _moved(buffers, current[2], current[1], generator)
        plan = _in_order(buffers, order)
        size = total(buffers, plan)
        heat = temperature * (1 - step / plans)
        if size <= current[0] or generator.random() < 2.0 ** ((current[0] - size) / max(heat, 1e-9)):
            current = (size, plan, order)
        best = min(best, current, key=lambda each: each[0])
    return best[1]


def _orders(buffers: Sequence[Buffer]) -> tuple[Callable[[int], tuple[int, ...]], ...]:
    def life(i: int) -> int:
        return buffers[i].last - buffers[i].first + 1

    return (
        lambda i: (-buffers[i].bytes, i),
        lambda i: (-buffers[i].bytes, -life(i), i),
        lambda i: (-life(i), -buffers[i].bytes, i),
        lambda i: (-buffers[i].bytes * life(i), i),
        lambda i: (buffers[i].first, -buffers[i].bytes, i),
        lambda i: (-buffers[i].last, -buffers[i].bytes, i),
    )


def _moved(
    buffers: Sequence[Buffer], order: list[int], plan: tuple[int, ...], generator: random.Random
) -> list[int]:
    """Return another order: one buffer elsewhere, every other time one of those that lie highest."""
    size = total(buffers, plan)
    highest = [i for i, at in enumerate(plan) if at + buffers[i].bytes == size]
    chosen = generator.choice(highest) if generator.random() < 0.5 else generator.randrange(len(order))
    moved = [i for i in order if i != chosen]
    moved.insert(generator.randrange(len(order)), chosen)
    return moved


def _in_order(
    buffers: Sequence[Buffer], order: Iterable[int], fixed: dict[int, int] | None = None
) -> tuple[int, ...]:
    placed = dict(fixed or {})
    for index in order:
        if index not in placed:
            placed[index] = _first_fit(buffers, index, placed)
    return tuple(placed[index] for index in range(len(buffers)))


def _first_fit(buffers: Sequence[Buffer], index: int, placed: dict[int, int]) -> int:
    # Each placed buffer keeps the new one out of an open interval.
    closed = sorted(
        (at - _distance(buffers, index, other), at + _distance(buffers, other, index))
        for other, at in placed.items()
        if _live_together(buffers[index], buffers[other])
    )
    offset = 0
    for low, high in closed:
        if offset <= low:
            break
        offset = max(offset, high)
    return offset


def _live_together(a: Buffer, b: Buffer) -> bool:
    return a.first <= b.last and b.first <= a.last


def _distance(buffers: Sequence[Buffer], lower: int, upper: int) -> int:
    """Return the least distance from the start of `lower` to that of `upper`, which live together."""
    in_place = buffers[upper].overwriter == lower
    return min(buffers[upper].lead, buffers[lower].bytes) if in_place else buffers[lower].bytes


def _alive(buffers: Sequence[Buffer], operator: int) -> int:
    alive = {i for i, buffer in enumerate(buffers) if buffer.first <= operator <= buffer.last}
    overwritten = {i for i in alive if buffers[i].overwriter in alive}
    size = sum(buffers[i].bytes for i in alive - overwritten)
    for target in {buffers[i].overwriter for i in overwritten}:
        assert target is not None
        inputs = [buffers[i] for i in overwritten if buffers[i].overwriter == target]
        together = max(sum(each.bytes for each in inputs), buffers[target].bytes)
        if len(inputs) == 1:
            lead = min(inputs[0].lead, buffers[target].bytes)
            together = max(together, lead + inputs[0].bytes)
        size += together - buffers[target].bytes
    return size
