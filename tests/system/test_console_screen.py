"""The console as a person sees it: host.console in a terminal, on a virtual board, by captured screens."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

TMUX = shutil.which("tmux")
WAIT_S = 30.0


def wait_for(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


@dataclass(frozen=True)
class Served:
    """A served board: its port, and where it is registered."""

    port: str
    runtime: Path


@contextmanager
def served(image: Path, name: str, runtime: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "host.sim", "serve", str(image), "--name", name]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as serving:
        assert serving.stdout is not None
        try:
            line = serving.stdout.readline()
            assert line.startswith("serial: ")
            while serving.stdout.readline() not in ("ready\n", ""):
                pass
            yield Served(line.removeprefix("serial: ").strip(), runtime)
        finally:
            serving.terminate()


@pytest.fixture
def board(simulator_image: Path, tmp_path: Path) -> Iterator[Served]:
    with served(simulator_image, "one", tmp_path) as first:
        yield first


class Screen:
    """A terminal of 100 by 30 characters that runs a command."""

    def __init__(self, socket: Path, command: list[str]) -> None:
        assert TMUX, "tmux is missing: run tools/setup"
        self._tmux = [TMUX, "-f", "/dev/null", "-S", str(socket)]
        self._call("new-session", "-d", "-x", "100", "-y", "30", shlex.join(command))

    def _call(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments], capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        self._call("send-keys", *keys)

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._call("capture-pane", "-p").rstrip().splitlines()]

    def wait(self, pattern: str) -> None:
        wait_for(lambda: re.search(pattern, "\n".join(self.lines())))

    @property
    def gone(self) -> bool:
        return subprocess.run([*self._tmux, "has-session"], capture_output=True, check=False).returncode != 0

    def close(self) -> None:
        with suppress(subprocess.SubprocessError):
            self._call("kill-server")


def test_the_console_is_usable(board: Served, tmp_path: Path) -> None:
    log = tmp_path / "session.log"
    screen = Screen(
        tmp_path / "tmux", [sys.executable, "-m", "host.console", "--port", board.port, "--log", str(log)]
    )
    try:
        screen.wait("Ctrl-] leaves")
        screen.type("Enter")
        screen.wait(r"\n>$")
        # Typed with a mistake, mended by the cursor keys.
        screen.type("ifo", "Left", "Left", "n", "Enter")
        screen.wait(r"> info\nproject +Earshot")
        screen.type("C-l")
        wait_for(lambda: screen.lines() == [">"])
        screen.type("hepl", "Enter")
        screen.wait("did you mean help\\?")
        screen.type("Up", "BSpace", "BSpace", "lp", "Enter")
        screen.wait("reboot +start anew")
        screen.type("abc", "C-u", "bench 1", "Home", "Delete", "b", "Enter")
        screen.wait(r"> bench 1\n1 run after a warm-up")
        screen.type("C-]")
        wait_for(lambda: screen.gone)
    finally:
        screen.close()
    text = log.read_text()
    assert re.search(r"(?m)^\d{4}-\d\d-\d\dT\S+ project +Earshot", text)
    assert "\x1b" not in text


def nobody_asked(runtime: Path) -> str:
    """Standard error of the console without a terminal, which must fail."""
    done = subprocess.run(
        [sys.executable, "-m", "host.console", "--board", "virtual"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"XDG_RUNTIME_DIR": str(runtime)},
        timeout=WAIT_S,
    )
    assert done.returncode == 1
    return done.stderr


def test_which_of_two_boards_is_asked(board: Served, simulator_image: Path, tmp_path: Path) -> None:
    console = shlex.join([sys.executable, "-m", "host.console", "--board", "virtual"])
    # The shell stays: it shows the status, and takes the next command.
    shell = ["env", f"XDG_RUNTIME_DIR={board.runtime}", "PS1=$ ", "sh"]
    with served(simulator_image, "two", board.runtime) as second:
        listed = f"{board.port} (one), {second.port} (two); name one with --port"
        assert nobody_asked(board.runtime) == f"error: several virtual boards are served: {listed}\n"
        screen = Screen(tmp_path / "tmux", shell)
        try:
            screen.type(f"{console}; echo status $?", "Enter")
            screen.wait(rf"1  {board.port} \(one\)\n +2  {second.port} \(two\)\nwhich one, 1 to 2\?")
            screen.type("three", "Enter")
            screen.wait(r"type a number from 1 to 2; Ctrl-C leaves\nwhich one, 1 to 2\?$")
            screen.type("2", "Enter")
            screen.wait("Ctrl-] leaves")
            screen.type("Enter")
            screen.wait(r"\n>$")
            screen.type("C-]")
            screen.wait("status 0")
            screen.type("clear", "Enter")
            for keys, status in (
                ("C-c", "interrupted\nstatus 130"),
                ("C-d", "name one with --port\nstatus 1"),
            ):
                screen.type(f"{console}; echo status $?", "Enter")
                screen.wait(r"which one, 1 to 2\?$")
                screen.type(keys)
                screen.wait(status)
        finally:
            screen.close()
