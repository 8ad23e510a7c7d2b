"""`tools/bench`: its table, its JSON and how it refuses."""

import json
from pathlib import Path

import bench
import pytest
from bench_result import Result

from host.errors import FirmwareError

RESULTS = [
    Result("one", "cycles", 90.0, "cycles", 100.0, against="the other", ratio=0.5),
    Result("one", "speed", 1.5, "M/s", 2.0, better="higher"),
    Result("one", "plain", 3.0, "B"),
]


@pytest.mark.parametrize(
    ("value", "goal", "better", "missed"),
    [
        (1.0, None, "lower", False),
        (2.0, 2.0, "lower", False),
        (2.1, 2.0, "lower", True),
        (2.0, 2.0, "higher", False),
        (1.9, 2.0, "higher", True),
    ],
)
def test_a_goal_is_missed_on_its_wrong_side(
    value: float, goal: float | None, better: str, missed: bool
) -> None:
    assert Result("one", "figure", value, "s", goal, better).missed == missed


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(bench, "GROUPS", {"one": lambda: RESULTS})
    monkeypatch.setattr("sys.argv", ["tools/bench", *arguments])
    return bench.main()


def test_the_document_has_the_keys_of_the_contract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    assert run(monkeypatch, "one", "--json", str(path)) == 0
    document = json.loads(path.read_text())
    assert document["schema"] == "bench/1"
    assert set(document) == {"schema", "machine", "results"}
    assert document["results"][0] == {
        "group": "one",
        "name": "cycles",
        "value": 90.0,
        "unit": "cycles",
        "goal": 100.0,
        "better": "lower",
        "against": "the other",
        "ratio": 0.5,
    }
    assert document["results"][2]["goal"] is None


def test_the_table_marks_a_missed_goal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("│")[2].strip() for line in lines if "MISSED" in line] == ["speed"]


def test_an_unknown_group_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(monkeypatch, "two")
    assert caught.value.code == 2
    assert "no such group: two (there is one)" in capsys.readouterr().err


def test_a_failure_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> list[Result]:
        raise FirmwareError("it stopped")

    monkeypatch.setattr(bench, "GROUPS", {"one": fail})
    monkeypatch.setattr("sys.argv", ["tools/bench"])
    assert bench.main() == 1
    assert capsys.readouterr().err == "error: it stopped\n"
