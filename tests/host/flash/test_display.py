import time
from io import StringIO

import pytest
from rich.console import Console

from host import cli
from host.errors import HostError
from host.flash.display import FleetDisplay, StepDisplay
from host.flash.probes import Probe
from host.interruption import Interrupted


@pytest.fixture
def consoles(monkeypatch: pytest.MonkeyPatch) -> tuple[StringIO, StringIO]:
    """What goes to standard output and standard error of a terminal."""
    out, err = StringIO(), StringIO()
    monkeypatch.setattr(cli, "out", Console(file=out, highlight=False, markup=False, width=200))
    monkeypatch.setattr(
        cli, "err", Console(file=err, force_terminal=True, highlight=False, markup=False, width=200)
    )
    return out, err


def test_a_line_for_each_step_and_a_bar(consoles: tuple[StringIO, StringIO]) -> None:
    out, err = consoles
    with StepDisplay(lambda: None, quiet=False) as display:
        display.begin("connect")
        display.begin("write", 48)
        display.advance(12)
        display.found("48 sectors [not markup]")
    assert out.getvalue() == "write     48 sectors [not markup]\n"
    assert "write" in err.getvalue()


def test_no_bar_is_drawn_over_a_question(consoles: tuple[StringIO, StringIO]) -> None:
    _, err = consoles
    with StepDisplay(lambda: None, quiet=False) as display:
        display.begin("connect")
        with display.paused():
            cli.err.print("go on? ", end="")
            asked = err.getvalue()
            time.sleep(0.3)  # three times what rich waits before it draws again
            assert err.getvalue() == asked
        display.begin("unlock")
    assert "unlock" in err.getvalue()


def test_quiet_prints_warnings_only(consoles: tuple[StringIO, StringIO]) -> None:
    out, err = consoles
    with StepDisplay(lambda: None, quiet=True) as display:
        display.begin("write", 2)
        display.found("2 sectors")
        display.warn("a warning")
    assert out.getvalue() == ""
    assert "warning: a warning" in err.getvalue()


@pytest.mark.parametrize("error", [BrokenPipeError(), SystemExit(1), HostError("disk full")])
def test_output_that_nobody_takes_stops_nothing(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def fails(text: str, **_: object) -> None:
        tried.append(text)
        raise error

    monkeypatch.setattr(cli.out, "print", fails)
    with StepDisplay(lambda: None, quiet=False) as display:
        display.begin("write", 2)
        display.found("2 sectors")
        display.begin("verify", 2)
        display.found("2 sectors")
    assert len(tried) == 1


def test_every_board_of_a_fleet_has_a_line(consoles: tuple[StringIO, StringIO]) -> None:
    out, err = consoles
    with FleetDisplay(lambda: None) as display:
        watchers = [display.watcher(Probe("virtual", name, "x", "", None)) for name in ("one", "two")]
        watchers[0].begin("write", 10)
        watchers[0].advance(5)
        watchers[1].begin("verified, started")
        watchers[1].found("nothing to see")
    assert "one" in err.getvalue()
    assert "two" in err.getvalue()
    assert "verified, started" in err.getvalue()
    assert out.getvalue() == ""


def test_the_work_ends_where_it_is_interrupted() -> None:
    def check() -> None:
        raise Interrupted(2)

    with StepDisplay(check, quiet=True) as display:
        with pytest.raises(Interrupted):
            display.begin("write", 2)
        with pytest.raises(Interrupted):
            display.advance(1)
    with FleetDisplay(check) as fleet:
        watcher = fleet.watcher(Probe("virtual", "one", "x", "", None))
        with pytest.raises(Interrupted):
            watcher.begin("write", 2)
        with pytest.raises(Interrupted):
            watcher.advance(1)
