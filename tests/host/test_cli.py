import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.table import Table

from host import cli
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


def test_interrupt_is_130_without_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def main(_: Sequence[str] | None) -> int:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as stopped:
        cli.run(main)
    assert stopped.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


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


def test_json_refuses_what_json_cannot_say(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        cli.write_json(str(tmp_path / "a.json"), {"value": float("nan")})
    assert list(tmp_path.iterdir()) == []
