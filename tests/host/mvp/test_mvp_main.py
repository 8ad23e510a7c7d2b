"""`python -m host.mvp`: what it prints and how it refuses."""

from pathlib import Path

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
        (["--program", "1"], UsageError, "has programs 0 to 0"),
        (["--flash", "5"], UsageError, "arrays are 0 to 4"),
    ],
)
def test_mistakes(source: str, arguments: list[str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        main(["trace", source, *arguments])


def test_an_unknown_cycle_model_is_a_usage_error(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["trace", source, "--cycle-model", "none"])
    assert caught.value.code == 2
    assert "'none'" in capsys.readouterr().err


def test_a_file_without_programs(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no programs"):
        main(["dis", str(Path(__file__))])
