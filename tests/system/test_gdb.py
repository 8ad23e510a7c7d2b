"""gdb on a served virtual board, through pyocd gdbserver as host.debug starts it: scripted, and by hand."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import served_board
from served_board import STATE, Served

WAIT_S = 30.0
MAGIC = 0x4553_4450


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return served_board.link(tmp_path, padding=10_000)


@pytest.fixture
def board(tmp_path: Path, program: Path) -> Iterator[Served]:
    with served_board.served(tmp_path, str(program)) as served:
        yield served


def run_script(board: Served, elf: Path, text: str) -> dict[str, int]:
    """Run a script of gdb with host.debug; return what it printed as NAME=NUMBER."""
    file = elf.with_suffix(".gdb")
    file.write_text("set pagination off\n" + text)
    done = board.run("host.debug", "--board", "virtual", "-x", str(file), str(elf), "--", "-batch")
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: int(value, 0) for name, value in re.findall(r"(?m)^(\w+)=(-?\w+)$", done.stdout)}


def test_break_step_registers_and_continue(board: Served, program: Path) -> None:
    script = r"""
        monitor reset halt
        printf "at_reset=%d\n", ((unsigned)$pc & ~1) == ((unsigned)&first & ~1)
        printf "starts_before=%u\n", *(unsigned*)0x20001004
        break main
        continue
        printf "in_main=%d\n", $pc >= (char*)&main && $pc < (char*)&main + 12
        printf "starts_after=%u\n", *(unsigned*)0x20001004
        break Turn
        continue
        printf "turn=%u\n", $r0
        continue
        printf "next_turn=%u\n", $r0
        stepi
        printf "stepped=%d\n", $pc - (char*)&Turn
        set var $r0 = 1000
        finish
        printf "product=%u\n", $r0
        set {int}0x2000100c = 5
        delete
        watch *(unsigned*)0x2000100c
        continue
        printf "sum=%u\n", *(unsigned*)0x2000100c
        detach
    """
    assert run_script(board, program, script) == {
        "at_reset": 1,
        "starts_before": 1,
        "in_main": 1,
        "starts_after": 2,
        "turn": 1,
        "next_turn": 2,
        "stepped": 2,
        "product": 3000,
        "sum": 3005,
    }


@pytest.mark.parametrize("blank", [False, True])
def test_load_and_compare(tmp_path: Path, program: Path, blank: bool) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = served_board.link(folder, padding=20_000, seed=2)
    script = r"""
        load
        compare-sections
        monitor reset halt
        break Turn
        continue
        printf "turn=%u\n", $r0
        printf "padding=%u\n", *(unsigned char*)&kPadding[19999]
    """
    with served_board.served(tmp_path, "--blank" if blank else str(program)) as board:
        results = run_script(board, other, script)
    assert results == {"turn": 1, "padding": (19_999 * 2654435761 + 2) >> 5 & 0xFF}


def test_an_image_that_is_not_the_boards_is_told(board: Served, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = served_board.link(folder, padding=10_000, seed=2)
    done = board.run("host.debug", "--board", "virtual", str(other), "--", "-batch")
    assert done.returncode == 0
    assert re.search(r"Section \.note\.gnu\.build-id, range .*: MIS-MATCHED!", done.stdout)


def test_all_registers_and_both_memories(board: Served, program: Path) -> None:
    script = r"""
        monitor reset halt
        set var $s1 = 1.5
        set var $r5 = 0x12345678
        printf "s1=%d\n", $s1 * 2
        printf "r5=%u\n", $r5
        printf "msp=%u\n", $msp
        printf "primask=%d\n", $primask
        printf "thumb=%d\n", ($xpsr >> 24) & 1
        printf "stack=%u\n", *(unsigned*)0x08000000
        set {unsigned}0x20003000 = 0xdeadbeef
        printf "ram=%u\n", *(unsigned*)0x20003000
        printf "part=%u\n", *(unsigned*)0x0fe08008 >> 16
    """
    results = run_script(board, program, script)
    assert (results["s1"], results["r5"]) == (3, 0x1234_5678)
    assert (results["msp"], results["stack"]) == (0x2000_8000, 0x2000_8000)
    assert (results["primask"], results["thumb"], results["ram"]) == (0, 1, 0xDEAD_BEEF)


def test_more_than_eight_breakpoints(board: Served, program: Path) -> None:
    breaks = "\n".join(f"hbreak *{0x0800_0042 + 2 * index:#x}" for index in range(9))
    file = program.with_suffix(".gdb")
    file.write_text(f"set pagination off\nmonitor reset halt\n{breaks}\ncontinue\n")
    done = board.run("host.debug", "--board", "virtual", "-x", str(file), str(program), "--", "-batch")
    assert re.search("Cannot insert hardware breakpoint|Could not insert hardware", done.stdout + done.stderr)


def test_the_image_of_the_chip(simulator_image: Path, tmp_path: Path) -> None:
    with served_board.served(tmp_path, str(simulator_image)) as board:
        file = tmp_path / "script.gdb"
        file.write_text(
            r"""
            set pagination off
            monitor reset halt
            break main
            continue
            next
            printf "in_main=%d\n", $pc >= (char*)&main && $pc < (char*)&main + 0x400
            backtrace 1
            list main
            info registers r0 sp
            """
        )
        done = board.run(
            "host.debug", "--board", "virtual", "-x", str(file), str(simulator_image), "--", "-batch"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"Section \.note\.gnu\.build-id, range .*: matched", done.stdout)
        assert "in_main=1" in done.stdout
        assert re.search(r"(?m)^#0 .*main", done.stdout)
        assert re.search(r"(?m)^\d+\s+int main\(", done.stdout)
        assert re.search(r"(?m)^sp +0x200", done.stdout)


def test_the_board_goes_on_when_gdb_has_gone(board: Served, program: Path) -> None:
    run_script(board, program, "monitor halt\nset {unsigned}0x20001008 = 0")
    turns = run_script(board, program, r'printf "turns=%u\n", *(unsigned*)0x20001008')["turns"]
    assert turns > 0


class Terminal:
    """host.debug in a pseudo-terminal."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self.text = ""
        self._pid, self._descriptor = pty.fork()
        if self._pid == 0:
            os.execvpe(command[0], list(command), environment | {"TERM": "dumb"})

    def type(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def wait(self, pattern: str) -> re.Match[str]:
        """Wait until the pattern comes; what is behind it is for the next wait."""
        deadline = time.monotonic() + WAIT_S
        while not (found := re.search(pattern, self.text)):
            assert time.monotonic() < deadline, self.text
            if select.select([self._descriptor], [], [], 0.1)[0]:
                self.text += os.read(self._descriptor, 4096).decode("utf-8", "replace")
        self.text = self.text[found.end() :]
        return found

    def status(self) -> int:
        """Wait for its end."""
        deadline = time.monotonic() + WAIT_S
        try:
            with suppress(OSError):  # the other end is closed
                while time.monotonic() < deadline:
                    if select.select([self._descriptor], [], [], 0.1)[0]:
                        self.text += os.read(self._descriptor, 4096).decode("utf-8", "replace")
            if time.monotonic() >= deadline:
                os.kill(self._pid, signal.SIGKILL)
                pytest.fail(f"it does not end: {self.text}")
            return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        finally:
            os.close(self._descriptor)


def test_ctrl_c_stops_the_target_and_not_the_session(board: Served, program: Path) -> None:
    command = board.command(
        "host.debug", "--board", "virtual", str(program), "--", "-ex", "set pagination off"
    )
    terminal = Terminal(command, board.environment)
    terminal.wait(r"\(gdb\) $")
    terminal.type("continue\n")
    terminal.wait("Continuing")
    time.sleep(0.5)
    terminal.type("\x03")
    terminal.wait("SIGINT")
    terminal.wait(r"\(gdb\) $")
    terminal.type("x/wx 0x20001000\n")
    assert terminal.wait(r"0x20001000:\s+(0x\w+)")[1] == f"{MAGIC:#010x}"
    terminal.type("detach\n")
    terminal.type("quit\n")
    assert terminal.status() == 0


@pytest.mark.parametrize(
    ("number", "status", "line"),
    [(signal.SIGINT, 130, "interrupted\n"), (signal.SIGHUP, 129, "terminated\n")],
)
def test_the_server_alone(
    board: Served, program: Path, number: signal.Signals, status: int, line: str
) -> None:
    gdb = shutil.which("gdb-multiarch")
    assert gdb, "gdb-multiarch is missing: run tools/setup"
    with subprocess.Popen(
        board.command("host.debug", "--board", "virtual", "--server"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=board.environment,
    ) as serving:
        assert serving.stdout is not None
        assert serving.stderr is not None
        address = re.fullmatch(r"gdb: (127\.0\.0\.1:\d+)\n", serving.stdout.readline())
        assert address, serving.stderr.read()
        for _ in range(2):  # it stays when the first one goes
            command = [gdb, "-q", "-batch", "-ex", f"target remote {address[1]}", "-ex", "p/x *0x20001000"]
            done = subprocess.run([*command, str(program)], capture_output=True, text=True, check=True)
            assert f"= {MAGIC:#x}" in done.stdout
        refused = board.run("host.debug", "--board", "virtual", str(program))
        assert refused.returncode == 1
        assert re.search(
            rf"probe bench is used by process {serving.pid} \(python -m host.debug\)", refused.stderr
        )
        serving.send_signal(number)
        try:
            assert serving.wait(WAIT_S) == status
        finally:
            serving.kill()
        assert serving.stderr.read() == line
    # It has let the board go, which runs on.
    assert board.run("pyocd", "reset", "-u", "earshot:bench").returncode == 0


def test_a_board_that_ends_under_gdb(board: Served, program: Path) -> None:
    terminal = Terminal(board.command("host.debug", "--board", "virtual", str(program)), board.environment)
    terminal.wait(r"\(gdb\) $")
    board.process.kill()
    board.process.wait(WAIT_S)
    terminal.type(f"x/wx {STATE:#x}\n")
    terminal.wait("Cannot access memory|Remote|error|closed")
    terminal.type("kill\ny\nquit\n")
    assert terminal.status() == 0


def test_a_locked_part_is_told(tmp_path: Path, program: Path) -> None:
    with served_board.served(tmp_path, str(program), "--inject", "debug-lock@0") as board:
        done = board.run("host.debug", "--board", "virtual", str(program), "--", "-batch")
    assert done.returncode == 1
    assert re.fullmatch(r"error: the part is locked for debuggers: .*--recover unlocks it.*\n", done.stderr)
