"""`host.sim run` and `serve` as processes: what they print, how they end, and everything they refuse."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import termios
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from host.flash import image
from host.sim import __main__ as sim_main
from host.sim import registry

pytest.importorskip("virtual_xg24", reason="the virtual board's extension is not installed")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def run(simulator_image: Path) -> Run:
    """Runs `host.sim run` on the firmware, or on `image`, with piped input."""

    def command(*options: str, text: str = "", image: Path = simulator_image) -> object:
        return subprocess.run(
            [sys.executable, "-m", "host.sim", "run", str(image), *options],
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return command  # type: ignore[return-value]


def test_help_is_answered(run: Run) -> None:
    done = run(text="help\n")
    assert done.returncode == 0, done.stderr
    assert "type help for the commands" in done.stdout
    assert re.search(r"(?m)^profile +one run on zeros", done.stdout)


def test_figures_come_as_json(run: Run, tmp_path: Path) -> None:
    done = run("--until", r"text:\n> ", "--json", "-", "--profile", "--flame-graph", str(tmp_path / "f.svg"))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["schema"], document["source"]) == ("simulation/1", "simulated")
    assert document["stop"]["reason"] == "text"
    assert document["stop"]["last_exception"] is None
    assert document["cycles"] > 1_000_000
    assert document["time_s"] == pytest.approx(0.025, rel=0.5)
    assert document["unmodelled"] == []
    assert "20 %" in document["cycles_error"]
    assert document["profile"]["cycles"] > 100_000
    assert "simulated" in (tmp_path / "f.svg").read_text()
    assert "type help" in done.stderr, "the console, out of the document's way"


def test_traces_and_coverage_are_written(run: Run, tmp_path: Path) -> None:
    trace, lcov = tmp_path / "t.json", tmp_path / "c.info"
    done = run("--until", r"text:\n> ", "--trace", str(trace), "--coverage", str(lcov))
    assert done.returncode == 0, done.stderr
    assert json.loads(trace.read_text())["traceEvents"]
    assert "firmware/app/main.cc" in lcov.read_text()


@pytest.mark.parametrize(
    ("options", "status", "reason"),
    [
        (["--max-cycles", "300000"], 1, "the limit of cycles was reached, at cycle 300,"),
        (["--timeout", "0.01"], 1, "the time was up, at cycle"),
        (["--until", "text:never", "--max-cycles", "300000"], 1, "the limit of cycles was reached"),
        (["--until", "cycles:300000"], 0, "simulated: the cycles asked for have passed, at cycle 300,"),
        (["--until", "symbol:main"], 0, "(main)"),
        (["--until", "symbol:nothing"], 2, "has no symbol nothing"),
        (["--until", "tea"], 2, "is nothing to wait for"),
        (["--inject", "power-cut@200000"], 1, "the power was cut, at cycle 200,0"),
        (["--inject", "power-cut@200000:restart", "--until", r"text:\n> "], 0, "the text was sent"),
        (["--inject", "uart-stuck@100000", "--until", r"text:\n> ", "--max-cycles", "9000000"], 1, "limit"),
        (["--inject", "tea@1"], 2, "unknown kind tea"),
        (["--inject", "power-cut@99999999999999999999999"], 2, "is not within 0 to 2**63-1"),
        (["--inject", "flip-bit@0:0x30000000,1"], 2, "cannot hit 0x30000000: flash is"),
        (["--inject", "flash-stuck@0:0x20000000,1"], 2, "cannot hit 0x20000000: flash is"),
        (["--until", "symbol:port::WaitForInput"], 0, "(port::WaitForInput())"),
        (["--until", "cycles:99999999999999999999999"], 2, "the cycle to wait for cannot be"),
        (["--coverage", "/dev/full", "--max-cycles", "1000"], 1, "disk full while writing /dev/full"),
        (["--max-cycles", "0"], 2, "no number from 1 up"),
        (["--timeout", "nan"], 2, "no time in seconds"),
        (["--speed", "fast"], 2, "no speed"),
        (["--cycle-model", "best"], 2, "invalid choice"),
        (["--json", "/dev/null/x.json", "--max-cycles", "1000"], 1, "cannot write"),
    ],
)
def test_ends_with_one_line_and_a_status(run: Run, options: list[str], status: int, reason: str) -> None:
    done = run(*options)
    assert done.returncode == status, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1
    assert reason in lines[0]
    if status == 1 and "writ" not in reason:
        assert "PC 0x" in lines[0]
        assert "last exception: none" in lines[0]


def test_images_that_cannot_be_loaded(run: Run, tmp_path: Path) -> None:
    (tmp_path / "zeros.bin").write_bytes(bytes(100))
    (tmp_path / "large.bin").write_bytes(bytes(0x18_0001))
    for name, reason in (
        ("none.elf", "No such file"),
        ("zeros.bin", "no usable vector table"),
        ("large.bin", "does not fit the chip"),
    ):
        done = run(image=tmp_path / name)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
        assert reason in done.stderr
    assert "another machine" in run(image=Path(sys.executable).resolve()).stderr


def test_an_output_that_takes_no_more(simulator_image: Path) -> None:
    command = [sys.executable, "-m", "host.sim", "run", str(simulator_image)]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot write" in done.stderr


def test_a_terminal_gets_raw_keys_and_leaves_with_a_key(simulator_image: Path) -> None:
    master, client = pty.openpty()
    before = termios.tcgetattr(client)
    process = subprocess.Popen(
        [sys.executable, "-m", "host.sim", "run", str(simulator_image)],
        stdin=client,
        stdout=client,
        stderr=client,
    )
    read_until(master, b"\n> ")
    os.write(master, b"help\r")
    assert b"this list" in read_until(master, b"\n> ")
    os.write(master, b"\x03")  # Ctrl-C goes to the board
    assert b"^C" in read_until(master, b"> ")
    os.write(master, b"\x1d")
    assert process.wait(10) == 0
    assert termios.tcgetattr(client) == before
    os.close(master)
    os.close(client)


def read_until(descriptor: int, text: bytes, seconds: float = 20) -> bytes:
    data = b""
    os.set_blocking(descriptor, False)
    end = time.monotonic() + seconds
    while text not in data:
        assert time.monotonic() < end, data
        try:
            data += os.read(descriptor, 4096)
        except BlockingIOError:
            time.sleep(0.01)
    os.set_blocking(descriptor, True)
    return data


@pytest.fixture
def served(simulator_image: Path) -> Iterator[Callable[..., tuple["subprocess.Popen[str]", dict[str, str]]]]:
    """Serves the firmware; returns the process and what it printed before `ready`."""
    processes = []

    def start(
        *options: str, image: Path | None = simulator_image
    ) -> tuple["subprocess.Popen[str]", dict[str, str]]:
        command = [sys.executable, "-m", "host.sim", "serve", *([str(image)] if image else []), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        printed = {}
        for line in iter(process.stdout.readline, "ready\n"):
            assert line, process.communicate()[1]
            name, _, value = line.strip().partition(": ")
            printed[name] = value
        return process, printed

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_a_served_board_answers_and_is_listed(served) -> None:  # type: ignore[no-untyped-def]
    process, printed = served("--name", "bench", "--tcp", "0", "--speed", "max")
    assert [board.name for board in registry.running()] == ["bench"]
    board = registry.find("bench")
    assert (board.serial, board.tcp, board.pid) == (printed["serial"], printed["tcp"], process.pid)
    assert board.debug == printed["debug"]
    time.sleep(0.5)
    client = os.open(printed["serial"], os.O_RDWR | os.O_NOCTTY)
    os.write(client, b"help\r")
    answer = read_until(client, b"\n> ")
    assert b"this list" in answer
    assert b"Earshot" not in answer, "the banner went by before anybody had the port open"
    os.close(client)
    host, port = printed["tcp"].split(":")
    assert host == "127.0.0.1"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"info\r")
        assert b"brd2601b" in read_until(connection.fileno(), b"\n> ")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 143
    assert registry.running() == ()


def test_two_boards_have_two_names(served) -> None:  # type: ignore[no-untyped-def]
    served()
    process, _ = served()
    assert [board.name for board in registry.running()] == ["virtual", "virtual-2"]
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert [board.name for board in registry.running()] == ["virtual"]


HELLO = b"\x07\0\0\0\0ESDP\1\0"
CONNECT = b"\x05\0\0\0\1" + (1_000_000).to_bytes(4, "little")
READ_DPIDR = b"\x0a\0\0\0\5\0\0\0\0\2\1\0\0\0"
DPIDR_REPLY = b"\x0a\0\0\0\0\1\1\0\0\0" + (0x6BA0_2477).to_bytes(4, "little")


@pytest.mark.parametrize("speed", ["1", "max"])
def test_a_blank_board_locks_up_and_stays_up(served, speed: str) -> None:  # type: ignore[no-untyped-def]
    process, printed = served("--blank", "--speed", speed, image=None)
    host, port = printed["debug"].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(HELLO + CONNECT + READ_DPIDR)
        assert read_until(connection.fileno(), DPIDR_REPLY).endswith(DPIDR_REPLY)
        assert process.poll() is None
        start = time.monotonic()
        for _ in range(200):
            connection.sendall(READ_DPIDR)
            read_until(connection.fileno(), DPIDR_REPLY)
        assert time.monotonic() - start < 5
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 143


def test_a_power_cut_ends_what_is_served_unless_it_comes_back(served) -> None:  # type: ignore[no-untyped-def]
    process, _ = served("--inject", "power-cut@5000000:restart", "--inject", "power-cut@10000000")
    assert process.wait(30) == 1
    assert "the power was cut, at cycle 10,0" in process.stderr.read()


def test_what_serve_refuses(simulator_image: Path) -> None:
    for options, status, reason in (
        (["--bind", "0.0.0.0"], 2, "give --tcp PORT with it"),
        (["--name", "../x"], 2, "is no name for a board"),
        (["--tcp", "70000"], 2, "is no port"),
        (["--tcp", "0", "--bind", "192.0.2.1"], 1, "cannot listen on 192.0.2.1"),
        (["--debug-port", "-1"], 2, "is no port"),
        (["--blank"], 2, "give it without"),
        (["--part", "EFR32MG24"], 2, "is no EFR32xG24 order code"),
        (["--unique-id", "0x1" + 16 * "0"], 2, "is no unique id"),
    ):
        command = [sys.executable, "-m", "host.sim", "serve", str(simulator_image), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == status, done.stderr
        assert reason in done.stderr.splitlines()[-1]
    assert registry.running() == ()


def test_the_end_of_the_input_is_said(run: Run) -> None:
    done = run()
    assert done.returncode == 0
    assert "the input has ended, and the board sleeps with nothing to wake for, at cycle" in done.stderr


def test_without_any_image_the_board_begins_blank(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(image, "find_built", lambda board: None)
    assert sim_main._image_to_serve(Namespace(blank=False, image=None)) is None
    assert "begins with erased flash" in capsys.readouterr().err
    assert sim_main._image_to_serve(Namespace(blank=True, image=None)) is None
    assert sim_main._image_to_serve(Namespace(blank=False, image=Path("x.elf"))) == Path("x.elf")


def test_the_image_of_the_virtual_board_is_served_whatever_was_built_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "brd2601b").mkdir()
    built = tmp_path / "brd2601b" / "earshot.elf"
    built.touch()
    other = {"board": "brd4187c", "elf": str(tmp_path / "brd4187c" / "earshot.elf")}
    (tmp_path / "last_image.json").write_text(json.dumps(other))
    monkeypatch.setattr(image, "find_built", partial(image.find_built, build_dir=tmp_path))
    assert sim_main._image_to_serve(Namespace(blank=False, image=None)) == built
