"""The console as a person sees it: host.console in a terminal, on a virtual board, by captured screens."""

import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
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


@pytest.fixture
def port(simulator_image: Path, tmp_path: Path) -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "host.sim",
        "serve",
        str(simulator_image),
        "--name",
        f"screen-{id(tmp_path)}",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        try:
            line = serving.stdout.readline()
            assert line.startswith("serial: ")
            yield line.removeprefix("serial: ").strip()
        finally:
            serving.terminate()


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


def test_the_console_is_usable(port: str, tmp_path: Path) -> None:
    log = tmp_path / "session.log"
    screen = Screen(
        tmp_path / "tmux", [sys.executable, "-m", "host.console", "--port", port, "--log", str(log)]
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
