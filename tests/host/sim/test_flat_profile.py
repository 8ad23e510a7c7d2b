"""Sums by function of a recording made by hand."""

import dataclasses
import json

from rich.console import Console

from host.sim.accuracy import CYCLE_ERROR
from host.sim.flat_profile import document, flat_profile, table
from host.sim.symbols import FunctionTable


def test_blocks_are_added_up_by_function(recording):
    profile = flat_profile(recording)
    assert [(cost.name, cost.cycles, cost.instructions, cost.calls) for cost in profile.functions] == [
        ("app::Run(int)", 300, 300, 2),
        ("main", 100, 80, 1),
        ("Handler", 50, 50, 1),
        ("(unknown)", 7, 7, 1),
    ]
    assert (profile.cycles, profile.instructions, profile.sleep_cycles) == (457, 437, 1000)


def test_without_calls_their_number_is_unknown(recording):
    profile = flat_profile(dataclasses.replace(recording, calls=()))
    assert {cost.calls for cost in profile.functions} == {None}


def test_nothing_run_gives_nothing(recording):
    profile = flat_profile(dataclasses.replace(recording, blocks=(), calls=()))
    assert profile.functions == ()
    assert document(profile)["cycles"] == 0


def test_without_symbols_all_is_unknown(recording):
    profile = flat_profile(dataclasses.replace(recording, functions=FunctionTable(()), calls=()))
    assert [(cost.name, cost.address, cost.cycles) for cost in profile.functions] == [
        ("(unknown)", None, 457)
    ]


def test_the_document_is_json_with_nulls(recording):
    text = json.dumps(document(flat_profile(recording)), allow_nan=False)
    read = json.loads(text)
    assert read["simulated"] is True
    assert read["cycles_error"] == CYCLE_ERROR
    assert read["functions"][0]["share"] == 300 / 457
    assert read["functions"][3]["address"] is None


def test_the_table_keeps_the_total_when_rows_are_left_out(recording):
    console = Console(width=120, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(table(flat_profile(recording), most=2))
    text = console.export_text()
    assert "2 more" in text
    assert "457" in text
    assert "core cycles by function (simulated, CPU cycles ±20 %)" in text
    assert "65.6%" in text
    console.file.close()
