"""Two kernels side by side: ratios per layer and in all, in the table and in the document."""

import dataclasses

import pytest
from profile_records import profile
from rich.console import Console

from host.report import profile_comparison
from host.report.profile_comparison import Comparison
from host.report.profile_document import Cycles

COMPARISON = Comparison(profile("baseline", 1_600, 3), profile("fast", 800, 1))


def text(comparison: Comparison) -> str:
    console = Console(width=250)
    with console.capture() as capture:
        for table in profile_comparison.show(comparison):
            console.print(table)
    return capture.get()


def test_document_is_a_profile_with_the_other_inside():
    document = profile_comparison.document(COMPARISON)
    assert (document["schema"], document["kernel"]) == ("profile/1", "fast")
    assert (document["baseline"]["schema"], document["baseline"]["kernel"]) == ("profile/1", "baseline")
    assert document["summary"]["ratio_to_baseline"] == 0.5
    assert [entry["ratio_to_baseline"] for entry in document["layers"]] == [0.5, None]


def test_table_has_both_with_ratio_and_errors():
    row = next(line for line in text(COMPARISON).splitlines() if "fully_connected" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == [
        "0",
        "fully_connected",
        "1k",
        "1.6k",
        "800",
        "0.500",
        "0.800",
        "3",
        "1",
        "0.100",
        "0.100",
        "0.250",
        "0.250",
    ]
    total = next(line for line in text(COMPARISON).splitlines() if " all " in line)
    assert "1.6k" in total
    assert "0.500" in total


def test_layouts_and_faults_stand_by_kernel():
    rows = text(COMPARISON)
    assert "Layout" not in rows
    assert "faults" not in rows
    slow = dataclasses.replace(COMPARISON.baseline, layout="tflite", faults=0)
    fast = dataclasses.replace(COMPARISON.fast, layout="interleaved", faults=2)
    lines = text(Comparison(slow, fast)).splitlines()
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert ["Layout of weights, baseline", "tflite"] in cells
    assert ["Layout of weights, fast", "interleaved"] in cells
    assert [row[1] for row in cells if "faults" in row[0]] == ["2, the reference kernel redid these layers"]


def left_to_core(side):
    """The record with its first layer on the core, for a stated reason."""
    reason = "FULLY_CONNECTED 100x10, output tensor 3, runs on the CPU: the program takes one scale"
    layer = dataclasses.replace(side.layers[0], kernel="reference", accelerator_cycles=Cycles((0,)))
    return dataclasses.replace(
        side,
        layers=(layer, *side.layers[1:]),
        accelerator_cycles=Cycles((0,)),
        notes=(reason,),
        unsupported_layers=1,
    )


@pytest.mark.parametrize("kernel", ["baseline", "fast"])
def test_a_layer_on_the_core_has_no_cycles_and_a_reason(kernel):
    comparison = dataclasses.replace(COMPARISON, **{kernel: left_to_core(getattr(COMPARISON, kernel))})
    lines = [[cell.strip() for cell in line.strip("│").split("│")] for line in text(comparison).splitlines()]
    assert [f"Left to the core, {kernel}", "1 layer: the program takes one scale"] in lines
    row = next(line for line in lines if "fully_connected" in line)
    cycles = {"baseline": row[3], "fast": row[4]}
    assert cycles[kernel] == "core"
    assert row[5] == ""  # no ratio of a layer that only one of them has on the accelerator
    assert (row[6] == "") == (kernel == "fast")
    document = profile_comparison.document(comparison)
    assert document["summary"]["ratio_to_baseline"] is None
    assert document["layers"][0]["ratio_to_baseline"] is None


@pytest.mark.parametrize("width", [72, 80, 100, 120, 160, 200])
def test_no_width_cuts_a_figure(width):
    console = Console(width=width)
    with console.capture() as capture:
        console.print(profile_comparison.show(COMPARISON)[1])
    shown = capture.get()
    assert "…" not in shown
    for figure in ("fully_connected", "1.6k", "800", "0.500"):
        assert figure in shown


def test_a_range_has_the_ratio_of_each_set():
    def both(side, other):
        cycles = Cycles(side.accelerator_cycles.runs, (other,))
        layers = (dataclasses.replace(side.layers[0], accelerator_cycles=cycles), *side.layers[1:])
        sets = ("device-flash", "device-bothmiss")
        return dataclasses.replace(side, layers=layers, accelerator_cycles=cycles, cycle_model_sets=sets)

    comparison = Comparison(both(COMPARISON.baseline, 1_600), both(COMPARISON.fast, 400))
    row = next(line for line in text(comparison).splitlines() if "fully_connected" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")][3:7] == [
        "1.6k",
        "400–800",
        "0.250–0.500",
        "0.400–0.800",
    ]


def test_names_the_cycle_model_with_its_error():
    assert "device-flash (stated)" in text(COMPARISON)


def test_errors_that_were_not_measured_have_no_columns():
    bare = Comparison(
        *(dataclasses.replace(side, error_inputs=0) for side in (COMPARISON.baseline, COMPARISON.fast))
    )
    assert "error" not in text(bare).lower().replace("cycle model", "")


@pytest.mark.parametrize(("cycles", "baseline", "expected"), [(5, 10, 0.5), (5, 0, None), (0, 10, 0.0)])
def test_ratio(cycles, baseline, expected):
    assert profile_comparison.ratio(Cycles((cycles,)), Cycles((baseline,))) == expected
