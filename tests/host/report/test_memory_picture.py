"""The picture of a plan in a terminal, drawn by hand."""

from rich.console import Console, RenderableType

from host.report import memory_picture
from host.tflite.memory_plan import Allocation, MemoryPlan
from host.tflite.operators import Layer, Work

EIGHTH = memory_picture.COLUMNS // 8
PLAN = MemoryPlan(
    allocations=(
        Allocation((0,), 0, 64, 0, 1, is_input=True),
        Allocation((1, 2), 96, 32, 0, 1, in_place=3),
        Allocation((3,), 64, 64, 1, 1, is_output=True),
    ),
    bytes=128,
    greedy_bytes=160,
    found_bytes=128,
    least_bytes=128,
    is_from_file=True,
    operators=2,
)
LAYERS = tuple(
    Layer(index, opcode, (), (), "none", Work(0, 0)) for index, opcode in enumerate(("one", "two"))
)


def drawn(part: RenderableType) -> list[list[str]]:
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(part)
    return [[cell.strip() for cell in line.split("│")] for line in capture.get().splitlines() if "│" in line]


def test_rows_are_operators_and_columns_addresses():
    rows = drawn(memory_picture.picture(PLAN, LAYERS)[0])
    assert rows[0][1:4] == ["0", "one", "A" * 4 * EIGHTH + "·" * 2 * EIGHTH + "b" * 2 * EIGHTH]
    assert rows[1][1:4] == ["1", "two", "A" * 4 * EIGHTH + "c" * 2 * EIGHTH + "*" * 2 * EIGHTH]


def test_blocks_say_what_they_are():
    rows = drawn(memory_picture.picture(PLAN, LAYERS)[1])
    assert rows[0][1:7] == ["A", "#0", "64", "0", "0–1", "input, kept"]
    assert rows[1][1:7] == ["b", "#1, #2", "32", "96", "0–1", "may be overwritten by #3"]
    assert rows[2][1:7] == ["c", "#3", "64", "64", "1–1", "output"]


def test_small_blocks_have_a_column():
    places = (Allocation((0,), 0, 16000, 0, 0), Allocation((1,), 16000, 16, 0, 0))
    plan = MemoryPlan(places, 16016, 16016, 16016, 16016, False, 1)
    assert drawn(memory_picture.picture(plan, LAYERS[:1])[0])[0][3].endswith("a")
    lonely = MemoryPlan((places[1],), 16016, 16016, 16016, 16016, False, 1)
    assert drawn(memory_picture.picture(lonely, LAYERS[:1])[0])[0][3] == "·" * 47 + "a"
