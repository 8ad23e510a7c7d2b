"""docs/mvp.md against the model: its listing, its table of cycles, its parameters and its picture."""

import re
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy_mvp import CYCLE_MODELS

from host import native
from host.default_model import PRETRAINED
from host.mvp import Mvp, program, sources, trace
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


def snippets(text: str) -> list[str]:
    """The indented blocks that are Python: they begin with an import."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    code = [block.replace("\n    ", "\n").strip() + "\n" for block in blocks]
    return [block for block in code if block.startswith(("import ", "from "))]


def test_the_python_snippet_computes_the_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = snippets(TEXT)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/mvp.md", "exec"), names)
    # R1 and R2 of the listing: zero points of -128; R3: the multiplier times 2^15.
    products = (names["inputs"].astype(int) + 128) @ names["weights"].astype(int).T
    expected = np.clip(np.rint(products * 59.46875 * 2.0**-15) - 128, -128, 127)
    assert np.abs(names["outputs"] - expected).max() <= 2
    assert len(np.unique(names["outputs"])) > 2
    assert names["mvp"].cycles == int(rows("line")[-1][2])


@pytest.mark.parametrize(
    ("register", "fields"),
    [("DEBUGEN", 0x7003FDFE), ("DEBUGSTEPCNT", 1), ("CFG", 1 << 1 | 1 << 2 | 1)],  # the last: PERFCNTEN
)
def test_registers_that_are_storage_only_change_nothing(register: str, fields: int) -> None:
    image = IMAGE.read_bytes()
    machines = Mvp(), Mvp()
    machines[1].write(register, fields)
    for mvp in machines:
        mvp.add_ram(0x20000000, np.zeros(1 << 16, np.uint8))
        mvp.load(image)
        for array in range(4):
            mvp.write(f"ARRAY[{array}].ADDRCFG", 0x20000000 + 0x1000 * array)
        mvp.run()
    assert machines[1].read(register) == fields
    assert machines[0].cycles == machines[1].cycles
    assert machines[0].flags == machines[1].flags


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (0xFE007C01, 0x7E007E00),
        (0x7DFFFFFF, 0x7E007E00),
        (0x80008000, 0x80008000),
        (0xFC007C00, 0xFC007C00),
    ],
)
def test_nan_payloads_are_not_kept(written: int, read: int) -> None:
    mvp = Mvp()
    mvp.write("ALU[3].REGSTATE", written)
    assert mvp.read("ALU[3].REGSTATE") == read
