"""docs/mvp.md against the model: its listing, its table of cycles, its parameters and its picture."""

import re
import runpy
from collections import Counter
from pathlib import Path

import pytest
from numpy_mvp import CYCLE_MODELS

from host import native
from host.default_model import PRETRAINED
from host.mvp import program, sources, trace
from host.mvp.__main__ import main
from host.project import ROOT
from host.tflite import reader

DOCS = ROOT / "docs"
IMAGE = DOCS / "fully_connected_128_8.bin"
TEXT = (DOCS / "mvp.md").read_text()


def rows(first_cell: str) -> list[list[str]]:
    """The body of the table whose heading begins with a cell."""
    table = re.search(rf"^\| {first_cell} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table is not None
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table[1].splitlines()]


def test_the_listing_is_what_dis_prints(capsys: pytest.CaptureFixture[str]) -> None:
    main(["dis", str(IMAGE)])
    assert all(f"    {line}\n" in TEXT for line in capsys.readouterr().out.splitlines())


def test_the_program_is_the_baseline_kernels(sanitized_host: Path) -> None:
    images = sources.read(
        PRETRAINED, lambda path: native.prepare(reader.read(path), "baseline", sanitized_host)
    )
    narrowest = min(images, key=lambda source: program.decode(source.image).loops[1].iterations)
    made, documented = (program.decode(image) for image in (narrowest.image, IMAGE.read_bytes()))
    assert (made.arrays, made.loops, made.instructions) == (
        documented.arrays,
        documented.loops,
        documented.instructions,
    )


def test_cycles_of_each_line() -> None:
    executed, cycles = Counter[str](), Counter[str]()
    for step in trace.run(IMAGE.read_bytes(), flash=(1,)):
        for line in (f"I{step.pc}", "all"):
            executed[line] += 1
            cycles[line] += step.cost
        total = step.cycles
    waiting = {line: cycles[line] - executed[line] for line in cycles}
    executed["launch"], cycles["launch"], waiting["launch"] = 1, total - cycles["all"], 0
    cycles["all"] = total
    documented = {row[0]: [int(cell) for cell in row[1:4]] for row in rows("line")}
    assert documented == {line: [executed[line], cycles[line], waiting[line]] for line in cycles}


def test_parameters_of_the_cycle_models() -> None:
    for name, *values in ([row[0], *row[1:4]] for row in rows("parameter")):
        expected = [1 if name == "issue" else getattr(model, name) for model in CYCLE_MODELS.values()]
        assert [int(value) for value in values] == expected, name


def test_the_picture_is_up_to_date() -> None:
    draw = runpy.run_path(str(DOCS / "draw_mvp_program.py"))["draw"]
    assert (DOCS / "mvp_program.svg").read_text() == draw()
