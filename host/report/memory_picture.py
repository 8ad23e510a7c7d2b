"""A model's memory as a picture for a terminal: operators downwards, addresses to the right."""

from collections.abc import Iterator, Sequence
from itertools import cycle
from string import ascii_lowercase

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from host.tflite.memory_plan import Allocation, MemoryPlan
from host.tflite.operators import Layer

COLUMNS = 48
"""Characters for the whole memory."""

FREE = "·"
SHARED = "*"
_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "red")


def picture(plan: MemoryPlan, layers: Sequence[Layer]) -> tuple[RenderableType, ...]:
    """Return the picture of a plan, with a row for each operator, and the list of its blocks.

    A letter stands for the tensor that most of COLUMNS equal parts of the memory hold; capitals are inputs of
    the model. SHARED: an output is overwriting an input there. FREE: nothing is needed.
    """
    marks = _marks(plan.allocations)
    return (_rows(plan, layers, marks), _blocks(plan, marks))


def _marks(places: Sequence[Allocation]) -> list[str]:
    letters = cycle(ascii_lowercase)
    return [next(letters).upper() if place.is_input else next(letters) for place in places]


def _rows(plan: MemoryPlan, layers: Sequence[Layer], marks: Sequence[str]) -> Table:
    table = Table(title="Memory of the tensors by operator and address", title_justify="left")
    table.add_column("Index", justify="right")
    table.add_column("OpCode", overflow="fold")
    table.add_column(f"0 to {plan.bytes} B", no_wrap=True)
    for layer in layers:
        table.add_row(str(layer.index), layer.opcode, _row(plan, layer.index, marks))
    return table


def _row(plan: MemoryPlan, operator: int, marks: Sequence[str]) -> Text:
    row = [FREE] * COLUMNS
    seen: list[Allocation] = []
    for place, mark in zip(plan.allocations, marks, strict=True):
        if not place.first <= operator <= place.last:
            continue
        overwrites = any(_overlap(place, other) for other in seen)
        for column in _columns(place, plan.bytes):
            if row[column] == FREE:
                row[column] = mark
            elif overwrites:
                row[column] = SHARED
        seen.append(place)
    styles = {mark: _COLOURS[i % len(_COLOURS)] for i, mark in enumerate(marks)}
    return Text.assemble(*((mark, styles.get(mark, "")) for mark in row))


def _columns(place: Allocation, total: int) -> Iterator[int]:
    """Yield the columns whose middle lies in a place: at least the one with its start."""
    inside = [c for c in range(COLUMNS) if place.offset <= (2 * c + 1) * total // (2 * COLUMNS) < _end(place)]
    yield from inside or [min(place.offset * COLUMNS // total, COLUMNS - 1)]


def _overlap(a: Allocation, b: Allocation) -> bool:
    return a.offset < _end(b) and b.offset < _end(a)


def _end(place: Allocation) -> int:
    return place.offset + place.bytes


def _blocks(plan: MemoryPlan, marks: Sequence[str]) -> Table:
    table = Table(title="Blocks of it", title_justify="left")
    table.add_column("Mark")
    table.add_column("Tensors", overflow="fold")
    for name in ("Bytes", "Offset", "Operators"):
        table.add_column(name, justify="right")
    table.add_column("What", overflow="fold")
    for place, mark in zip(plan.allocations, marks, strict=True):
        tensors = ", ".join(f"#{tensor}" for tensor in place.tensors)
        life = f"{place.first}–{place.last}"
        table.add_row(mark, tensors, str(place.bytes), str(place.offset), life, _what(place))
    return table


def _what(place: Allocation) -> str:
    words = ["input, kept"] if place.is_input else []
    words += ["output"] if place.is_output else []
    words += [f"may be overwritten by #{place.in_place}"] if place.in_place is not None else []
    return "; ".join(words)
