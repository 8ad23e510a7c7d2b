"""Traces that are listed again from their documents."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from launch_images import vendor_fully_connected

from host.errors import ModelError, UsageError
from host.mvp import recorded_trace
from host.mvp.__main__ import main

IMAGE = vendor_fully_connected(4, 2)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "image.bin"
    path.write_bytes(IMAGE.tobytes())
    return path


def record(source: Path, *options: str) -> Path:
    path = source.with_name("trace.json")
    assert main(["trace", str(source), "--json", str(path), *options]) == 0
    return path


@pytest.mark.parametrize("options", [(), ("--steps", "3", "--cycle-model", "vendor-sim", "--seed", "5")])
def test_dis_lists_what_trace_showed(
    source: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    path = record(source, *options)
    shown = capsys.readouterr().out.splitlines()
    assert main(["dis", str(path)]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[0] == f"{shown[0]}; recorded from {source}"
    rows = [line for line in shown[1:] if "stopped after" not in line]
    assert [line for line in listed[1:] if "stops after" not in line] == rows
    assert (listed[-1] == "the record stops after 3 instructions") == bool(options)


def test_registers_that_hold_no_number_keep_their_bits(source: Path) -> None:
    image = IMAGE.copy()
    image[7] = 0x7E01FC00  # (-infinity, a NaN)
    source.write_bytes(image.tobytes())
    recorded = recorded_trace.read(record(source, "--steps", "1"))
    assert recorded is not None
    assert np.ascontiguousarray(recorded.start[7]).view("<u4")[0] == 0x7E01FC00
    np.testing.assert_array_equal(recorded.start.view("<u2")[:7], image[:7].view("<u2").reshape(-1, 2))


def test_a_document_without_the_first_registers_is_read(source: Path) -> None:
    path = record(source)
    document = json.loads(path.read_text())
    del document["registers"]
    path.write_text(json.dumps(document))
    recorded = recorded_trace.read(path)
    assert recorded is not None
    assert not recorded.start.any()


@pytest.mark.parametrize(
    "change",
    [
        {"steps": [{}]},
        {"steps": 3},
        {"steps": None},
        {"program": []},
        {"seed": "one"},
        {"registers": []},
        {"registers": [{"bits": 1 << 32}] * 8},
    ],
)
def test_a_damaged_document_gets_one_line(source: Path, change: dict[str, Any]) -> None:
    path = record(source)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(
        ModelError, match=r"^.*trace\.json is a damaged mvp-trace/1 document \(.*\): trace again$"
    ):
        main(["dis", str(path)])


@pytest.mark.parametrize("text", ["", "{", "{}", '{"schema": "mvp-dis/1"}', "[1]", "{" * 100_000])
def test_other_documents_are_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    assert recorded_trace.read(path) is None
    with pytest.raises(ModelError, match=r"holds no programs: give .*; or give dis what trace --json wrote"):
        main(["dis", str(path)])


@pytest.mark.parametrize("options", [("--program", "0"), ("--kernel", "fast", "--json", "x")])
def test_options_without_effect_are_refused(source: Path, options: tuple[str, ...]) -> None:
    named = " and ".join(option for option in options if option.startswith("--"))
    with pytest.raises(UsageError, match=f"^{named}: not for a recorded trace"):
        main(["dis", str(record(source)), *options])


def test_a_trace_is_not_traced(source: Path) -> None:
    with pytest.raises(ModelError, match="holds no programs"):
        main(["trace", str(record(source))])
