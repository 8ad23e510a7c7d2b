"""Asking a person: the list, wrong answers, no answer, and nobody to ask."""

import io

import pytest

from host import choice


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def ask(typed: str) -> tuple[int | None, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        index = choice.ask("several ports", ["/dev/ttyACM0 (one)", "/dev/ttyACM1 [two]"])
        return index, capsys.readouterr().err

    return ask


def test_the_list_and_an_answer(answer) -> None:
    index, said = answer("2\n")
    assert index == 1
    assert said == "several ports:\n  1  /dev/ttyACM0 (one)\n  2  /dev/ttyACM1 [two]\nwhich one, 1 to 2? "


@pytest.mark.parametrize("wrong", ["0", "3", "", "-1", "x", "1 2", "²", "9" * 5000])
def test_a_wrong_answer_asks_again(answer, wrong: str) -> None:
    index, said = answer(f"{wrong}\n 1 \n")
    assert index == 0
    assert said.count("which one") == 2
    assert "type a number from 1 to 2; Ctrl-C leaves\n" in said


def test_the_end_of_input_is_no_answer(answer) -> None:
    index, said = answer("")
    assert index is None
    assert said.endswith("\n")


@pytest.mark.parametrize(
    ("stdin", "stderr", "possible"),
    [(Terminal, Terminal, True), (Terminal, io.StringIO, False), (io.StringIO, Terminal, False)],
)
def test_only_terminals_are_asked(monkeypatch: pytest.MonkeyPatch, stdin, stderr, possible: bool) -> None:
    monkeypatch.setattr("sys.stdin", stdin())
    monkeypatch.setattr("sys.stderr", stderr())
    assert choice.is_possible() == possible


def test_nobody_is_asked_without_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert not choice.is_possible()
