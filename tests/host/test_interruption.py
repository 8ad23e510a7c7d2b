import signal
import subprocess
import sys
from pathlib import Path

import pytest

from host import interruption
from host.interruption import Interrupted

EXEC = """
import signal
from host import cli
def main(_):
    exec("signal.raise_signal(signal.SIGINT)", {"signal": signal})
cli.run(main)
"""


@pytest.mark.parametrize(
    ("number", "status", "line"),
    [
        (signal.SIGINT, 130, "interrupted\n"),
        (signal.SIGTERM, 143, "terminated\n"),
        (signal.SIGHUP, 129, "terminated\n"),
    ],
)
@pytest.mark.parametrize("modules", [1, 100, 300])
def test_signal_while_modules_are_imported(
    number: signal.Signals, status: int, line: str, modules: int
) -> None:
    # Python names each module that it has imported: a signal after so many of them always hits an import.
    command = [sys.executable, "-X", "importtime", "-m", "host.profile", "--help"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while not process.stderr.readline().endswith("| host\n"):
            pass
        for _ in range(modules):
            process.stderr.readline()
        process.send_signal(number)
        errors = [text for text in process.stderr if not text.startswith("import time:")]
    assert (process.returncode, errors) == (status, [line])


def test_interrupt_inside_exec_keeps_the_status() -> None:
    # A plain KeyboardInterrupt through exec makes Python end by SIGINT instead.
    done = subprocess.run([sys.executable, "-c", EXEC], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")


def test_importing_the_package_changes_no_handling_of_a_program() -> None:
    code = "import signal, host; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_another_package_that_imports_ours_while_it_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "__init__.py").write_text("import host\n")
    (tmp_path / "other" / "__main__.py").write_text(
        "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)\n"
    )
    command = [sys.executable, "-m", "other", "load", "image.elf"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "True\n"


def test_what_the_parent_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    before_int = signal.getsignal(signal.SIGINT)
    try:
        interruption.end_at_once()
        with interruption.raising():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, before_int)  # else Ctrl-C would do nothing in later tests


def test_ctrl_c_on_the_way_out_keeps_the_status() -> None:
    code = """
import atexit, signal, sys
from host import cli, interruption
interruption.end_at_once()
atexit.register(signal.raise_signal, signal.SIGINT)
cli.run(lambda _: 3)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "")


def test_text_and_status() -> None:
    error = Interrupted(signal.SIGTERM)
    assert (str(error), error.exit_code) == ("terminated", 143)
    error.add_note("two clips are kept")
    assert str(error) == "terminated: two clips are kept"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_postponed_signal_raises_where_it_is_asked_for(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    reached = []
    with pytest.raises(Interrupted) as raised, interruption.postponed() as check:
        check()
        signal.raise_signal(number)
        reached.append("after the signal")
        check()
        reached.append("never")
    assert reached == ["after the signal"]
    assert raised.value.number == number
    assert signal.getsignal(number) is before


def test_postponed_signal_that_nobody_asks_for_raises_at_the_end() -> None:
    reached = []
    with pytest.raises(Interrupted), interruption.postponed():
        signal.raise_signal(signal.SIGINT)
        reached.append("to the end")
    assert reached == ["to the end"]


def test_second_signal_does_not_wait() -> None:
    reached = []
    with pytest.raises(Interrupted), interruption.postponed():
        signal.raise_signal(signal.SIGINT)
        reached.append("first")
        signal.raise_signal(signal.SIGINT)
        reached.append("second")
    assert reached == ["first"]


def test_a_terminal_that_closes_may_say_so_twice() -> None:
    with interruption.raising():
        with pytest.raises(Interrupted) as raised:
            signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)  # while the first one's cleaning up goes on
    assert (raised.value.exit_code, str(raised.value)) == (129, "terminated")
    with interruption.raising(), pytest.raises(Interrupted), interruption.postponed() as check:
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
        with pytest.raises(Interrupted):
            check()
