"""The terminal's loop: keys out, text in, a port that goes away and comes back, crash dumps."""

from collections.abc import Callable
from pathlib import Path

import pytest

from host.console import terminal
from host.console.line_log import LineLog
from host.console.terminal import Terminal
from host.errors import LinkError

TRACE = "* crash: watchdog\r\n* no back trace: name the image's ELF file with --elf\r\n"
DUMP = b"=== crash dump 1 ===\r\nkind watchdog\r\nbuild ab\r\n=== end of crash dump ===\r\n"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "READ_S", 0.001)
    monkeypatch.setattr(terminal, "RETRY_S", 0.002)


class Keys:
    """What a person types, piece by piece; then they leave."""

    is_terminal = True

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    @property
    def ended(self) -> bool:
        return not self._pieces

    def read(self) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


class Port:
    """Gives pieces of bytes or raises errors, in order."""

    name = "port"
    baud = 115200

    def __init__(self, *pieces: bytes | LinkError) -> None:
        self._pieces = list(pieces)
        self.written = b""
        self.closed = False

    def read(self, timeout_s: float) -> bytes:
        piece = self._pieces.pop(0) if self._pieces else b""
        if isinstance(piece, LinkError):
            raise piece
        return piece

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True


def opener(*ports: Port | LinkError) -> Callable[[], Port]:
    waiting = list(ports)

    def open_port() -> Port:
        port = waiting.pop(0)
        if isinstance(port, LinkError):
            raise port
        return port

    return open_port


def run(open_port: Callable[[], Port], keys: Keys, log: LineLog | None = None) -> None:
    Terminal(open_port, keys, None, log).run()  # type: ignore[arg-type]


def test_keys_go_out_and_text_comes_in(capsys: pytest.CaptureFixture[str]) -> None:
    port = Port(b"> ", b"in\x1b[2Jfo\r\n\x1b]0;title\x07done\xff")
    run(opener(port), Keys(b"in", b"fo\r"))
    assert port.written == b"info\r"
    assert port.closed
    assert capsys.readouterr().out == "> info\r\ndone�"


def test_control_l_clears_the_screen_here(capsys: pytest.CaptureFixture[str]) -> None:
    port = Port(b"", b"\x1b[H\x1b[2J> ")
    run(opener(port), Keys(b"\x0c", b""))
    assert port.written == b"\x0c"
    assert capsys.readouterr().out == "\x1b[H\x1b[2J> "


def test_a_port_that_goes_comes_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    first = Port(b"one\r\n", LinkError("port has gone"))
    second = Port(b"two\r\n")
    log = LineLog(tmp_path / "a.log", lambda: "t")
    run(opener(first, LinkError("none yet"), second), Keys(*[b""] * 20), log)
    log.close()
    assert first.closed
    assert second.closed
    out = capsys.readouterr().out
    assert out == "one\r\n* port has gone; waiting for it\r\n* the port is back\r\ntwo\r\n"
    assert (tmp_path / "a.log").read_text() == (
        "t one\nt * port has gone; waiting for it\nt * the port is back\nt two\n"
    )


def test_a_port_that_was_never_there_is_an_error() -> None:
    with pytest.raises(LinkError, match="no such port"):
        run(opener(LinkError("no such port")), Keys(b""))


def test_a_dump_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    run(opener(Port(DUMP[:30], DUMP[30:])), Keys(b"", b""))
    assert capsys.readouterr().out == DUMP.decode() + TRACE


def test_the_explanation_has_lines_of_its_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    log = LineLog(tmp_path / "a.log", lambda: "t")
    # The prompt comes in the same piece as the end of the dump, and the next text after that.
    run(opener(Port(DUMP + b"\r\n> ", b"help\r\n")), Keys(b"", b""), log)
    log.close()
    assert capsys.readouterr().out == DUMP.decode() + TRACE + "\r\n> help\r\n"
    assert (tmp_path / "a.log").read_text().splitlines()[-3:] == [
        "t * no back trace: name the image's ELF file with --elf",
        "t",
        "t > help",
    ]


def test_a_board_at_another_rate_is_remarked_on_once(capsys: pytest.CaptureFixture[str]) -> None:
    noise = bytes([0xF8, 0x80, 0x00, 0xE6] * 10)
    run(opener(Port(b"> ", noise, noise)), Keys(*[b""] * 4))
    out = capsys.readouterr().out
    assert out.count("\r\n* what comes in is no text: the board may have another baud rate than 115200") == 1


def test_the_benchmarks_image_is_remarked_on(capsys: pytest.CaptureFixture[str]) -> None:
    run(opener(Port(b"m-name-dut-[earshot-x-1]\r\nm-rea", b"dy\r\n")), Keys(b"", b""))
    head, remark, rest = capsys.readouterr().out.split("\r\n", 2)
    assert head == "m-name-dut-[earshot-x-1]"
    assert remark.startswith("* the board runs the benchmark's image: ")
    assert rest == "m-ready\r\n"


def test_a_board_that_says_nothing_is_remarked_on_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    run(opener(Port()), Keys(b"help\r", b""))
    assert capsys.readouterr().out.startswith("* the board says nothing: check its power")
