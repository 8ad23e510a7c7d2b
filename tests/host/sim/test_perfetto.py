"""The trace file by the rules of Chrome's trace event format."""

import dataclasses
import json
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.sim.accuracy import CYCLE_ERROR
from host.sim.perfetto import trace
from host.sim.recording import EVENT_TYPE, Recording
from host.sim.symbols import FunctionTable


def _read(recording: Recording) -> dict:
    return json.loads(trace(recording))


def _tracks(document: dict) -> dict[int, str]:
    records = [r for r in document["traceEvents"] if r["name" if r["ph"] == "M" else "ph"] == "thread_name"]
    return {record["tid"]: record["args"]["name"] for record in records}


def _check(document: dict) -> None:
    """Begins and ends balance on every track, and time does not go back on it."""
    depth: dict[int, int] = defaultdict(int)
    last: dict[int, float] = defaultdict(float)
    for record in document["traceEvents"]:
        if record["ph"] == "M":
            continue
        assert record["ts"] >= last[record["tid"]]
        last[record["tid"]] = record["ts"]
        depth[record["tid"]] += {"B": 1, "E": -1, "X": 0}[record["ph"]]
        assert depth[record["tid"]] >= 0
        assert record["ph"] != "X" or record["dur"] >= 0
    assert set(depth.values()) <= {0}


def test_every_track_is_named_and_balanced(recording):
    document = _read(recording)
    _check(document)
    assert set(_tracks(document).values()) == {
        "functions",
        "interrupts",
        "accelerator",
        "sleep",
        "EUSART0 sent",
        "EUSART1 received",
    }
    assert document["otherData"] == {
        "simulated": True,
        "cycles_error": CYCLE_ERROR,
        "core_hz": 1_000_000,
        "dropped_events": 3,
    }
    names = [
        record["args"]["name"] for record in document["traceEvents"] if record.get("name") == "process_name"
    ]
    assert names == ["virtual xG24 (simulated, CPU cycles ±20 %)"]


def test_slices_have_names_and_microseconds(recording):
    document = _read(recording)
    slices = [(r["name"], r["ts"]) for r in document["traceEvents"] if r["ph"] in "BX"]
    assert slices == [
        ("main", 0.0),
        ("app::Run(int)", 100.0),
        ("program 1", 150.0),
        ("MVP", 200.0),
        ("Handler", 200.0),
        ("asleep", 410.0),
        ("hi", 230.0),
        ("?", 300.0),
    ]
    ends = [r for r in document["traceEvents"] if r["ph"] == "E" and "faulted" in r["args"]]
    assert [end["args"] for end in ends] == [{"cycle": 260, "faulted": True}]


def test_a_line_of_text_is_one_slice(recording):
    text = b"ready\nok\n"
    events = np.array([(i * 10, byte, 8) for i, byte in enumerate(text)], EVENT_TYPE)
    document = _read(dataclasses.replace(recording, events=events))
    slices = [(r["name"], r["args"]["bytes"]) for r in document["traceEvents"] if r["ph"] == "X"]
    assert slices == [("ready", 6), ("ok", 3)]


@pytest.mark.parametrize("byte", [0, 7, 10, 32, 127, 128, 255])
def test_bytes_that_are_no_text_have_a_name(recording, byte):
    document = _read(dataclasses.replace(recording, events=np.array([(1, byte, 8)], EVENT_TYPE)))
    (piece,) = [r for r in document["traceEvents"] if r["ph"] == "X"]
    assert piece["name"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 300), st.integers(0, 9)), max_size=60))
def test_any_events_give_a_balanced_trace(steps):
    cycle, events = 0, []
    for gap, value, kind in steps:
        cycle += gap
        events.append((cycle, value, kind))
    recording = Recording(FunctionTable(()), (), (), np.array(events, EVENT_TYPE), 0, 0, 20_000_000)
    _check(_read(recording))
