import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.table import Table

from host import cli
from host.default_model import PRETRAINED
from host.errors import ModelError, UsageError


@pytest.mark.parametrize(
    ("error", "status"), [(ModelError("no model at x"), 1), (UsageError("no such board"), 2)]
)
def test_errors_become_one_line_and_a_status(
    error: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(_: Sequence[str] | None) -> int:
        raise error

    with pytest.raises(SystemExit) as stopped:
        cli.run(main)
    assert stopped.value.code == status
    assert capsys.readouterr().err == f"error: {error}\n"


@pytest.mark.parametrize(
    ("number", "status", "line"),
    [(signal.SIGINT, 130, "interrupted\n"), (signal.SIGTERM, 143, "terminated\n")],
)
def test_signals_are_one_line_and_a_status(
    number: signal.Signals, status: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(_: Sequence[str] | None) -> int:
        signal.raise_signal(number)
        return 0

    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as stopped:
        cli.run(main)
    assert stopped.value.code == status
    assert capsys.readouterr().err == line
    assert signal.getsignal(number) == before


def test_notes_of_an_interruption_stand_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    def main(_: Sequence[str] | None) -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            error.add_note("2 of 5 are kept")
            raise
        return 0

    with pytest.raises(SystemExit):
        cli.run(main)
    assert capsys.readouterr().err == "interrupted: 2 of 5 are kept\n"


PRINTS = {
    "result": "cli.out.print('x')",
    "table": "cli.show('x')",
    "short document": "cli.write_json('-', {})",
    "document larger than the buffer": "cli.write_json('-', {'x': 'x' * 20000})",
    "help": "cli.parser('x', 'X.', 'x').parse_args(['--help'])",
}


@pytest.mark.parametrize("statement", PRINTS.values(), ids=PRINTS.keys())
def test_full_output_device_is_one_line(statement: str) -> None:
    code = f"from host import cli\ncli.run(lambda _: {statement} and 0 or 0)"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        )
    expected = "error: cannot write to standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, expected)


def test_full_error_device_keeps_the_status() -> None:
    code = "from host import cli, errors\ndef main(_): raise errors.UsageError('x')\ncli.run(main)"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", code], stderr=full, check=False)
    assert done.returncode == 2


def test_tables_are_not_wrapped_where_programs_read_them(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table()
    table.add_column("wide")
    table.add_row("x " * 100)
    cli.show(table)
    assert "x " * 100 in capsys.readouterr().out


def test_programming_errors_are_not_hidden() -> None:
    def main(_: Sequence[str] | None) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cli.run(main)


def test_usage_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    parser = cli.parser("thing", "Does things.", "python -m host.thing x")
    parser.add_argument("--count", type=int)
    with pytest.raises(SystemExit) as stopped:
        parser.parse_args(["--count", "many"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_help_ends_with_the_example() -> None:
    assert (
        cli.parser("thing", "Does things.", "python -m host.thing x")
        .format_help()
        .endswith("python -m host.thing x\n")
    )


def test_json_to_file_and_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.write_json(str(tmp_path / "a.json"), {"schema": "x/1", "value": None})
    assert json.loads((tmp_path / "a.json").read_text())["value"] is None
    cli.write_json("-", {"schema": "x/1"})
    assert json.loads(capsys.readouterr().out) == {"schema": "x/1"}


@pytest.mark.parametrize("output", ["closed pipe", "/dev/full"])
def test_a_document_is_written_whatever_becomes_of_the_tables(tmp_path: Path, output: str) -> None:
    command = [sys.executable, "-m", "host.summarize", str(PRETRAINED), "--json", str(tmp_path / "a.json")]
    if output == "closed pipe":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(output, os.O_WRONLY)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.stderr.count("\n") <= 1
    assert json.loads((tmp_path / "a.json").read_text())["schema"]


def test_json_refuses_what_json_cannot_say(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        cli.write_json(str(tmp_path / "a.json"), {"value": float("nan")})
    assert list(tmp_path.iterdir()) == []
