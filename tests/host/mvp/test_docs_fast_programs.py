"""docs/fast-programs.md against the kernels: its listing, its cycles, its bytes of flash."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from host import native, native_profile
from host.default_model import PRETRAINED
from host.mvp import sources, trace
from host.mvp.__main__ import main
from host.project import ROOT
from host.tflite import reader, weight_layout

TEXT = (ROOT / "docs" / "fast-programs.md").read_text()
MODEL = reader.read(PRETRAINED)


def rows(first_cell: str) -> Iterator[list[str]]:
    """The body of the table whose heading begins with a cell."""
    table = re.search(rf"^\| {first_cell} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table is not None
    for row in table[1].splitlines():
        yield [cell.strip() for cell in row.strip("|").split("|")]


def accelerator_cycles(executable: Path, kernel: str, layout: str, cycle_model: str, weights: str) -> int:
    batch = native_profile.random_batch(MODEL, 1, seed=1)
    run = native.run(
        MODEL,
        batch,
        kernel,
        cycle_model,
        executable,
        weights=weights,
        weights_budget=224 << 10,
        layout=layout,
    )
    return sum(sum(layer.accelerator_cycles) for layer in run.layers)


def test_the_listing_is_what_dis_prints(sanitized_host: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["dis", str(PRETRAINED), "--program", "1", "--preset", "host-sanitize"])
    assert all(f"    {line}\n" in TEXT for line in capsys.readouterr().out.splitlines())


def test_cycles_of_each_line(sanitized_host: Path) -> None:
    prescale, program = sources.read(PRETRAINED, lambda path: native.prepare(MODEL, "fast", sanitized_host))[
        :2
    ]
    executed, cycles = Counter[str](), Counter[str]()
    for step in trace.run(program.image, flash=(1,)):
        for line in (f"I{step.pc}", "all"):
            executed[line] += 1
            cycles[line] += step.cost
        total = step.cycles
    waiting = {line: cycles[line] - executed[line] for line in cycles}
    executed["launch"], cycles["launch"], waiting["launch"] = 1, total - cycles["all"], 0
    cycles["all"] = total
    documented = {row[0]: [int(cell) for cell in row[1:4]] for row in rows("line")}
    assert documented == {line: [executed[line], cycles[line], waiting[line]] for line in cycles}
    *_, last = trace.run(prescale.image)
    assert f"the {last.cycles} cycles of its prescale, the layer takes {last.cycles + total:,}" in TEXT


def test_cycles_of_both_layouts(sanitized_host: Path) -> None:
    for cycle_model, weights, *documented in rows("cycle model"):
        measured = [
            accelerator_cycles(sanitized_host, kernel, layout, cycle_model, weights)
            for kernel, layout in (("baseline", "tflite"), ("fast", "tflite"), ("fast", "interleaved"))
        ]
        assert [int(cell) for cell in documented] == measured, (cycle_model, weights)


def test_the_flash_that_layouts_and_images_cost(sanitized_host: Path) -> None:
    stored = weight_layout.store(MODEL, "fast", "interleaved")
    more = len(stored.data) - len(MODEL.data)
    assert f"{more} bytes of flash" in TEXT
    assert f"({len(stored.data):,} instead of {len(MODEL.data):,})" in TEXT
    images = {
        (kernel, layout): len(native.prepare(MODEL, kernel, sanitized_host, layout=layout))
        for kernel, layout in (("fast", "tflite"), ("fast", "interleaved"), ("baseline", "tflite"))
    }
    assert images["fast", "tflite"] == images["fast", "interleaved"]
    text = " ".join(TEXT.split())
    assert f"take {images['fast', 'tflite']:,} bytes of flash" in text
    assert f"(`baseline`: {images['baseline', 'tflite']:,})" in text
