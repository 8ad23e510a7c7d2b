"""How counts, cycles and errors read in the tables."""

import dataclasses
import io

import pytest
from profile_records import profile
from rich.console import Console

from host.report import tables
from host.report.profile_document import Cycles


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "n/a"),
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (2_560, "2.56k"),
        (264_192, "264.192k"),
        (535_960, "535.96k"),
        (999_999, "999.999k"),
        (1_000_000, "1M"),
        (12_345_678, "12.346M"),
        (100_000_000, "100M"),
    ],
)
def test_count(value, text):
    assert tables.count(value) == text


@pytest.mark.parametrize(
    ("cycles", "sets", "text"),
    [
        (Cycles((1_000,)), ("device-flash",), "1k"),
        (Cycles((1_000, 1_200)), ("device-flash",), "1k (1k to 1.2k)"),
        (Cycles((1_000, 1_000)), ("device-flash",), "1k (1k to 1k)"),
        (Cycles((1_000,), (800,)), ("device-flash", "device-bothmiss"), "800–1k"),
        (Cycles((0,), (0,)), ("device-flash", "device-bothmiss"), "0"),
    ],
)
def test_cycles_of_one_set_or_a_range(cycles, sets, text):
    assert (
        tables.accelerator_cycles(dataclasses.replace(profile("fast", 800, 1), cycle_model_sets=sets), cycles)
        == text
    )


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0, "0"), (3, "3"), (0.25, "0.250")])
def test_error(value, text):
    assert tables.error(value) == text


@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 160, 200])
def test_no_width_cuts_a_figure(width):
    result = profile("fast", 123_456, 1)
    text = io.StringIO()
    Console(file=text, width=width).print(*tables.profile(result)[1:])
    assert "123.456k" in text.getvalue()
    assert "fully_connected" in text.getvalue()
    assert "…" not in text.getvalue()


def test_one_fault_is_one_layer():
    assert tables.faults(1) == "1, the reference kernel redid the layer"
    assert tables.faults(2) == "2, the reference kernel redid these layers"


@pytest.mark.parametrize(("faults", "shown"), [(None, False), (0, False), (7, True)])
def test_faults_have_a_row_when_there_are_any(faults, shown):
    text = io.StringIO()
    result = dataclasses.replace(profile("fast", 800, 1), faults=faults)
    Console(file=text, width=120).print(*tables.profile(result)[:1])
    assert ("Accelerator faults" in text.getvalue()) == shown
    assert ("7, the reference kernel redid" in text.getvalue()) == shown


def test_mean_errors_stand_between_the_largest_and_the_rms():
    text = io.StringIO()
    Console(file=text, width=200).print(*tables.profile(profile("fast", 800, 1))[1:])
    header, row = (
        next(line for line in text.getvalue().splitlines() if word in line) for word in ("RMS", "800")
    )
    assert header.index("Max error") < header.index("Mean error") < header.index("RMS error")
    assert "0.100" in row


@pytest.mark.parametrize("layout", ["tflite", "interleaved", None])
def test_the_layout_has_a_row_where_it_is_known(layout):
    text = io.StringIO()
    result = dataclasses.replace(profile("fast", 800, 1), layout=layout)
    Console(file=text, width=120).print(*tables.profile(result)[:1])
    assert ("Layout of weights" in text.getvalue()) == (layout is not None)
    assert layout is None or layout in text.getvalue()


def test_wide_terminal_shows_every_column_of_the_reference():
    text = io.StringIO()
    Console(file=text, width=200).print(*tables.profile(profile("fast", 800, 1))[1:])
    for name in ("OPs", "MACs", "Acc cycles", "CPU cycles", "Energy", "Time", "Input shapes", "Options"):
        assert name in text.getvalue()


def test_layers_left_to_the_core_are_counted_by_reason():
    notes = (
        "FULLY_CONNECTED 4x8, output tensor 3, runs on the CPU: depth 40000, at most 32736 fits",
        "FULLY_CONNECTED 4x9, output tensor 5, runs on the CPU: one scale only",
        "FULLY_CONNECTED 4x7, output tensor 7, runs on the CPU: one scale only",
        "of something else",
    )
    result = dataclasses.replace(profile("fast", 800, 1), notes=notes)
    assert tables.left_to_core(result).splitlines() == [
        "1 layer: depth 40000, at most 32736 fits",
        "2 layers: one scale only",
    ]
    text = io.StringIO()
    Console(file=text, width=120).print(*tables.profile(result)[:1])
    assert "Left to the core" in text.getvalue()
    assert tables.left_to_core(profile("fast", 800, 1)) == ""


def test_energy_says_that_it_is_an_estimate_and_of_what():
    result = profile("fast", 800, 1)
    layers = tuple(dataclasses.replace(layer, energy_uj=12.3456) for layer in result.layers)
    known = dataclasses.replace(result, energy_uj=24.6912, energy_basis="as published", layers=layers)
    text = io.StringIO()
    Console(file=text, width=200).print(*tables.profile(known))
    for words in ("24.7 µJ (estimate)", "(as published)", "12.35 µJ"):
        assert words in text.getvalue()


def test_energy_unknown_is_no_figure():
    text = io.StringIO()
    Console(file=text, width=200).print(*tables.profile(profile("fast", 800, 1)))
    assert "µJ" not in text.getvalue()
