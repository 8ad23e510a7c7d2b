"""Draws docs/mvp_program.svg: the first cycles of a fully connected program, taken from the model.

Run as `python docs/draw_mvp_program.py` after a change of the model's cycles; a test compares the file.
"""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from host.mvp import trace

HERE = Path(__file__).resolve().parent
IMAGE = HERE / "fully_connected_128_8.bin"
PICTURE = HERE / "mvp_program.svg"

CELL, ROW, LEFT, TOP = 26, 34, 150, 58
COLOURS = ("#8e7cc3", "#3c78d8", "#6aa84f", "#e69138", "#cc4125")
WHAT = ("load bias", "load, rescale", "multiply-accumulate", "add lanes", "scale, store")
FLASH_WORD_CYCLES = 3
FIRST, LAST = 10, 9  # instructions shown from the program's start, and around its first store


@dataclass(frozen=True)
class Cell:
    """One executed instruction: it issues in `issue` after waiting since `begin`."""

    pc: int
    begin: int
    issue: int


def cells(count: int) -> list[Cell]:
    """Return the first instructions with their cycles, the launch included."""
    steps = islice(trace.run(IMAGE.read_bytes(), flash=(1,)), count)
    return [Cell(step.pc, step.cycles - step.cost, step.cycles - 1) for step in steps]


def rectangle(column: float, row: int, width: float, fill: str, label: str = "", more: str = "") -> str:
    """Return a box of so many cycles with a centred label."""
    x, y = LEFT + column * CELL, TOP + row * ROW
    box = f'<rect x="{x:g}" y="{y}" width="{width * CELL:g}" height="{ROW - 8}" rx="3" fill="{fill}" {more}/>'
    middle = f'x="{x + width * CELL / 2:g}" y="{y + ROW / 2:g}"'
    return box + (f'<text {middle} class="in">{label}</text>' if label else "")


def issue_row(shown: list[Cell], origin: int) -> list[str]:
    """Return the boxes of instructions, and of their waiting, from cycle `origin` on."""
    boxes = []
    for cell in shown:
        if cell.issue > cell.begin:
            boxes.append(rectangle(cell.begin - origin, 0, cell.issue - cell.begin, "url(#wait)"))
        boxes.append(rectangle(cell.issue - origin, 0, 1, COLOURS[cell.pc], f"I{cell.pc}"))
    return boxes


def stream_rows(shown: list[Cell], origin: int, launch: int) -> list[str]:
    """Return the boxes of words on the two load streams: each second I1 is the first to use a word."""
    boxes = []
    uses = [cell.issue for cell in shown if cell.pc == 1][::2]
    for word, use in enumerate(uses):
        start = launch if word == 0 else uses[word - 1]
        length = use - start if word == 0 else FLASH_WORD_CYCLES
        boxes.append(rectangle(start - origin, 2, length, "#cfe2f3", f"w{word}", 'stroke="#3c78d8"'))
        if word > 0:
            boxes.append(rectangle(start - origin, 1, 1, "#d9ead3", f"x{word}", 'stroke="#6aa84f"'))
    return boxes


def panel(title: str, shown: list[Cell], launch: int, streams: bool) -> tuple[list[str], int]:
    """Return one timeline and its width in cycles."""
    origin = shown[0].begin
    width = shown[-1].issue + 1 - origin
    lines = [f'<text x="{LEFT}" y="18" class="title">{title}</text>']
    for column in range(width):
        x = LEFT + (column + 0.5) * CELL
        lines.append(f'<text x="{x:g}" y="{TOP - 8}" class="cycle">{origin + column + 1}</text>')
    rows = ("instruction", "LOAD0: input, RAM", "LOAD1: weights, flash") if streams else ("instruction",)
    lines.append(f'<text x="{LEFT - 8}" y="{TOP - 8}" class="row">cycle</text>')
    for row, name in enumerate(rows):
        lines.append(f'<text x="{LEFT - 8}" y="{TOP + row * ROW + 17}" class="row">{name}</text>')
    lines += issue_row(shown, origin)
    if streams:
        lines += stream_rows(shown, origin, launch)
    return lines, width


def draw() -> str:
    """Return the picture as SVG text."""
    everything = cells(2 * 64 + FIRST)
    store = next(n for n, cell in enumerate(everything) if cell.pc == 4)
    launch = everything[0].begin
    start, width0 = panel(
        f"After the launch ({launch} cycles): the first output's first products",
        everything[:FIRST],
        launch,
        True,
    )
    end, width1 = panel(
        "From the first output to the second", everything[store - LAST + 4 : store + 5], launch, False
    )
    height0 = TOP + 3 * ROW + 16
    total_width = LEFT + max(width0, width1) * CELL + 20
    legend_y = height0 + TOP + ROW + 16
    total_height = legend_y + 34
    legend = []
    for n, name in enumerate(WHAT):
        x = 20 + n * 150
        legend.append(f'<rect x="{x}" y="{legend_y}" width="14" height="14" rx="3" fill="{COLOURS[n]}"/>')
        legend.append(f'<text x="{x + 20}" y="{legend_y + 12}" class="key">I{n} {name}</text>')
    legend.append(f'<rect x="770" y="{legend_y}" width="14" height="14" rx="3" fill="url(#wait)"/>')
    legend.append(f'<text x="790" y="{legend_y + 12}" class="key">waits</text>')
    style = (
        "text{font-family:sans-serif;font-size:12px;fill:#222}.title{font-weight:bold;font-size:13px}"
        ".in{text-anchor:middle;font-size:11px}.cycle{text-anchor:middle;font-size:10px;fill:#666}"
        ".row{text-anchor:end}"
    )
    hatch = (
        '<pattern id="wait" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#eee"/><rect width="2" height="6" fill="#aaa"/></pattern>'
    )
    size = f'width="{max(total_width, 860):g}" height="{total_height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
            f'<style>{style}</style><defs>{hatch}</defs><rect width="100%" height="100%" fill="white"/>',
            *start,
            f'<g transform="translate(0 {height0})">',
            *end,
            "</g>",
            *legend,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    PICTURE.write_text(draw())
