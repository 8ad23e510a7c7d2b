"""`python -m host.mvp`: what it prints and how it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
from launch_images import block, vendor_fully_connected

from host.errors import ModelError, UsageError
from host.mvp.__main__ import main
from host.project import ROOT


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "image.bin"
    path.write_bytes(vendor_fully_connected(4, 2).tobytes())
    return str(path)


def test_dis_lists_every_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "images"
    path.write_bytes(block([vendor_fully_connected(4, 2), vendor_fully_connected(8, 2)]))
    assert main(["dis", str(path)]) == 0
    text = capsys.readouterr().out
    assert text.count("I2  R5 = MACR2A(R6, R7, R5)  end L1\n") == 2
    assert "\n\nlayer 3 (baseline): whole layer\n" in text


def test_dis_prepares_a_model(sanitized_host: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = ROOT / "host/model/pretrained/synthetic_int8.tflite"
    arguments = ["--kernel", "baseline", "--preset", "host-sanitize", "--program", "0"]
    assert main(["dis", str(model), *arguments]) == 0
    text = capsys.readouterr().out
    assert "(baseline): whole layer" in text
    assert "R5 = ADDR(R5)" in text


def test_trace_shows_registers_and_indices(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", source, "--cycle-model", "vendor-sim"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split() for line in lines if " I" in line]
    assert " ".join(row[0] for row in rows) == "1 2 4 5 7 8 10 11 12 14 15 17 18 20"
    assert "A0[0, 0, 1] A1[0, 0, 1]" in next(line for line in lines if "I1" in line)
    assert "R5=(" in next(line for line in lines if "I0" in line)


def test_trace_says_that_it_stopped(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", source, "--steps", "3"]) == 0
    assert "stopped after 3 instructions" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (["--steps", "0"], UsageError, "--steps 0"),
        (["--seed", "-1"], UsageError, "--seed -1"),
        (["--program", "1"], UsageError, "has program 0 only"),
        (["--flash", "5"], UsageError, "arrays are 0 to 4"),
    ],
)
def test_mistakes(source: str, arguments: list[str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        main(["trace", source, *arguments])


@pytest.mark.parametrize("command", ["dis", "trace"])
@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--kernel", "fast"], "--kernel: only"),
        (["--layout", "tflite"], "--layout: only"),
        (["--layout", "tflite", "--kernel", "baseline"], "--kernel and --layout: only"),
    ],
)
def test_an_image_takes_no_options_of_models(
    source: str, command: str, options: list[str], named: str
) -> None:
    with pytest.raises(UsageError, match=named):
        main([command, source, *options])


def test_dis_as_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "images"
    path.write_bytes(block([vendor_fully_connected(4, 2, (0x20000000, 0, 0, 0))]))
    assert main(["dis", str(path), "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["source"]) == ("mvp-dis/1", str(path))
    (program,) = document["programs"]
    assert [program[key] for key in ("title", "layer", "kernel", "role")] == [
        "layer 2 (baseline): whole layer",
        2,
        "baseline",
        "whole layer",
    ]
    assert program["registers"][0] == {
        "index": 0,
        "real": 2.0**-15,
        "imag": 2.0**-15,
        "bits": 0x02000200,  # subnormal: 512 steps of 2^-24
    }
    assert [array["address"] for array in program["arrays"]] == [0x20000000, None, None, None]
    assert program["arrays"][1]["sizes"] == [1, 2, 2]
    assert program["arrays"][1]["type"] == "int8"
    assert [loop["iterations"] for loop in program["loops"]] == [2, 2]
    assert program["loops"][1]["increments"] == [{"array": 1, "dims": [1]}]
    assert program["instructions"][1]["load1"] == {"register": 7, "array": 1, "increments": [2]}
    assert program["instructions"][0]["x"] is None
    assert program["instructions"][2]["text"] == "R5 = MACR2A(R6, R7, R5)  end L1"
    assert [instruction["last"] for instruction in program["instructions"]] == [False] * 4 + [True]


def test_a_register_without_a_finite_number_is_null_in_the_document(tmp_path: Path) -> None:
    image = vendor_fully_connected(4, 2)
    image[7] = 0x3C007C00  # (infinity, 1)
    path, output = tmp_path / "image.bin", tmp_path / "dis.json"
    path.write_bytes(image.tobytes())
    assert main(["dis", str(path), "--json", str(output)]) == 0
    program = json.loads(output.read_text())["programs"][0]
    assert program["registers"][-1] == {"index": 7, "real": None, "imag": 1.0, "bits": 0x3C007C00}
    assert program["layer"] is None


def test_trace_as_a_document(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "trace.json"
    assert main(["trace", source, "--cycle-model", "vendor-sim", "--json", str(output)]) == 0
    assert "I0" in capsys.readouterr().out  # the table as well
    document = json.loads(output.read_text())
    assert document["schema"] == "mvp-trace/1"
    assert (document["cycle_model"], document["seed"], document["complete"]) == ("vendor-sim", 1, True)
    steps = document["steps"]
    assert [step["cycles"] for step in steps] == [1, 2, 4, 5, 7, 8, 10, 11, 12, 14, 15, 17, 18, 20]
    assert np.shape(steps[0]["indices"]) == (5, 3)
    assert len(steps[0]["registers"]) == 8
    assert steps[0]["fault"] is None


def test_trace_says_in_the_document_that_it_stopped(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", source, "--steps", "1", "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert not document["complete"]
    assert [step["pc"] for step in document["steps"]] == [0]


def test_an_unknown_cycle_model_is_a_usage_error(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["trace", source, "--cycle-model", "none"])
    assert caught.value.code == 2
    assert "'none'" in capsys.readouterr().err


def test_a_file_without_programs(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no programs"):
        main(["dis", str(Path(__file__))])
