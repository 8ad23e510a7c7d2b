"""A trace of a simulated run for ui.perfetto.dev: JSON in Chrome's trace event format.

Tracks: functions (with interrupt handlers nested in what they interrupt), interrupts, accelerator programs,
sleep, and the text of each serial port in each direction. Times are cycles divided by the core's clock at the
end of the run; every slice tells its cycle.
"""

import json
from collections.abc import Iterator
from typing import Any

from host.sim.accuracy import CYCLE_ERROR, CYCLE_ERROR_SHORT
from host.sim.recording import EventKind, Recording, exception_name

_PROCESS = 1
_FUNCTIONS, _INTERRUPTS, _ACCELERATOR, _SLEEP, _SERIAL = range(1, 6)
_TRACKS = {
    EventKind.FUNCTION_BEGIN: _FUNCTIONS,
    EventKind.FUNCTION_END: _FUNCTIONS,
    EventKind.EXCEPTION_BEGIN: _INTERRUPTS,
    EventKind.EXCEPTION_END: _INTERRUPTS,
    EventKind.ACCELERATOR_BEGIN: _ACCELERATOR,
    EventKind.ACCELERATOR_END: _ACCELERATOR,
    EventKind.SLEEP_BEGIN: _SLEEP,
    EventKind.SLEEP_END: _SLEEP,
}
_NAMES = {_FUNCTIONS: "functions", _INTERRUPTS: "interrupts", _ACCELERATOR: "accelerator", _SLEEP: "sleep"}
_BEGINS = {
    EventKind.FUNCTION_BEGIN,
    EventKind.EXCEPTION_BEGIN,
    EventKind.ACCELERATOR_BEGIN,
    EventKind.SLEEP_BEGIN,
}
_LONGEST_LINE = 120  # bytes of a port that make one slice
_LONGEST_GAP_S = 0.01  # between two bytes of it


def trace(recording: Recording) -> str:
    """Return the trace file's contents."""
    records = json.dumps([*_track_names(recording), *_slices(recording), *_serial(recording)])
    about = {
        "simulated": True,
        "cycles_error": CYCLE_ERROR,
        "core_hz": recording.core_hz,
        "dropped_events": recording.dropped,
    }
    return f'{{"displayTimeUnit": "ns", "otherData": {json.dumps(about)}, "traceEvents": {records}}}\n'


def _track_names(recording: Recording) -> Iterator[dict[str, Any]]:
    yield _meta("process_name", 0, f"virtual xG24 ({CYCLE_ERROR_SHORT})")
    for number, name in _NAMES.items():
        yield _meta("thread_name", number, name)
    events = recording.events
    for kind, word in ((EventKind.SENT, "sent"), (EventKind.RECEIVED, "received")):
        for port in sorted({int(value) >> 8 for value in events["value"][events["kind"] == kind]}):
            yield _meta("thread_name", _serial_track(kind, port), f"EUSART{port} {word}")


def _meta(what: str, track: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": what, "pid": _PROCESS, "tid": track, "args": {"name": name}}


def _slices(recording: Recording) -> Iterator[dict[str, Any]]:
    depths = dict.fromkeys(_NAMES, 0)
    last = programs = 0
    for cycle, value, number in recording.events.tolist():
        kind = EventKind(number)
        last = max(last, cycle)
        track = _TRACKS.get(kind)
        if track is None:
            continue
        record = _record(recording, "B" if kind in _BEGINS else "E", track, cycle)
        if kind in _BEGINS:
            depths[track] += 1
            programs += kind is EventKind.ACCELERATOR_BEGIN
            record["name"] = _slice_name(recording, kind, value, programs)
        else:
            if depths[track] == 0:  # it began before the recording did
                continue
            depths[track] -= 1
            if kind is EventKind.ACCELERATOR_END:
                record["args"]["faulted"] = bool(value)
        yield record
    for track, depth in depths.items():
        for _ in range(depth):
            yield _record(recording, "E", track, last)


def _slice_name(recording: Recording, kind: EventKind, value: int, programs: int) -> str:
    if kind is EventKind.FUNCTION_BEGIN:
        return recording.name(value)
    if kind is EventKind.EXCEPTION_BEGIN:
        return exception_name(value)
    return f"program {programs}" if kind is EventKind.ACCELERATOR_BEGIN else "asleep"


def _serial(recording: Recording) -> Iterator[dict[str, Any]]:
    gap = _LONGEST_GAP_S * recording.core_hz
    open_lines: dict[int, list[tuple[int, int]]] = {}  # track -> cycle and byte of what the line has so far
    for cycle, value, number in recording.events.tolist():
        if number not in (EventKind.SENT, EventKind.RECEIVED):
            continue
        track = _serial_track(EventKind(number), value >> 8)
        line = open_lines.setdefault(track, [])
        if line and (line[-1][1] == ord("\n") or len(line) == _LONGEST_LINE or cycle - line[-1][0] > gap):
            yield _serial_slice(recording, track, line)
            line.clear()
        line.append((cycle, value & 0xFF))
    for track, line in open_lines.items():
        yield _serial_slice(recording, track, line)


def _serial_slice(recording: Recording, track: int, line: list[tuple[int, int]]) -> dict[str, Any]:
    data = bytes(byte for _, byte in line)
    record = _record(recording, "X", track, line[0][0])
    record["dur"] = _microseconds(recording, line[-1][0]) - record["ts"]
    record["name"] = data.decode("ascii", "backslashreplace").strip() or repr(data)[2:-1]
    record["args"]["bytes"] = len(data)
    return record


def _serial_track(kind: EventKind, port: int) -> int:
    return _SERIAL + 2 * port + (kind is EventKind.RECEIVED)


def _record(recording: Recording, phase: str, track: int, cycle: int) -> dict[str, Any]:
    return {
        "ph": phase,
        "pid": _PROCESS,
        "tid": track,
        "ts": _microseconds(recording, cycle),
        "args": {"cycle": cycle},
    }


def _microseconds(recording: Recording, cycle: int) -> float:
    return cycle * 1e6 / recording.core_hz if recording.core_hz else float(cycle)
