import os
import pty
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from host import boards
from host.boards import Board
from host.errors import FlashError, LinkError
from host.flash.image import FlashImage
from host.flash.image_note import ImageNote
from host.flash.probes import Probe
from host.flash.start import Listener
from host.sim import registry
from host.sim.image_file import Segment
from host.sim.registry import ServedBoard

KIT = boards.load("brd2601b")
VIRTUAL = boards.load("virtual")
PROBE = Probe("virtual", "board-7", "virtual xG24", "", None)
BUILD = "6ae76cfbacb37e7c76360a3d927495da3d7d1237"
BANNER = f"\r\nEarshot 0.1.0 on brd2601b, build {BUILD}\r\nmodel x, sha256 00\r\n".encode()


def note(application: str = "console", build_id: str = BUILD) -> ImageNote:
    return ImageNote("brd2601b", "EFR32MG24B310F1536IM48", "x", "0" * 64, application, "0.1.0", build_id)


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    """A board's end of a serial line, and the path of the other."""
    board, client = pty.openpty()
    tty.setraw(client)
    path = os.ttyname(client)
    os.close(client)
    yield board, path
    os.close(board)


def say(board: int, *pieces: bytes, pause_s: float = 0.05) -> threading.Thread:
    def run() -> None:
        for piece in pieces:
            time.sleep(pause_s)
            os.write(board, piece)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def image(of: ImageNote | None) -> FlashImage:
    return FlashImage(Path("x.elf"), (Segment(0x0800_0000, b"x"),), of, of.build_id if of else "")


def listener(path: str) -> Listener:
    return begun(KIT, PROBE, path)


def begun(board: Board, probe: Probe, port: str | None = None) -> Listener:
    listening = Listener(board, probe, image(note()), port)
    listening.begin()
    return listening


def test_the_banner_confirms_the_start(line: tuple[int, str]) -> None:
    board, path = line
    listening = listener(path)
    thread = say(board, b"\x1b[2J\xff noise", BANNER[:30], BANNER[30:])
    started = listening.wait(5)
    thread.join()
    listening.close()
    assert (started.build_id, started.port, started.doubt) == (BUILD, path, "")


def test_what_waited_in_the_port_before_does_not_count(line: tuple[int, str]) -> None:
    board, path = line
    client = os.open(path, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(client)
    os.write(board, BANNER.replace(b"6ae7", b"0000"))
    listening = listener(path)
    os.close(client)
    thread = say(board, BANNER)
    assert listening.wait(5).build_id == BUILD
    thread.join()
    listening.close()


def test_what_an_earlier_image_printed_does_not_count(line: tuple[int, str]) -> None:
    board, path = line
    listening = Listener(KIT, PROBE, image(note()), path)
    os.write(board, BANNER.replace(b"6ae7", b"0000"))
    listening.begin()
    thread = say(board, BANNER)
    assert listening.wait(5).build_id == BUILD
    thread.join()
    listening.close()


def test_another_build_is_an_error(line: tuple[int, str]) -> None:
    board, path = line
    listening = listener(path)
    thread = say(board, BANNER.replace(b"6ae7", b"0000"))
    with pytest.raises(FlashError, match=f"starts build 0000.*, not {BUILD}.*--port"):
        listening.wait(5)
    thread.join()
    listening.close()


def test_silence_is_an_error(line: tuple[int, str]) -> None:
    board, path = line
    listening = listener(path)
    thread = say(board, b"Earshot 0.1.0 on brd2601b, build 6ae76c")  # the line never ends
    looked: list[None] = []
    with pytest.raises(FlashError, match=r"no banner on .* within 0\.4 s"):
        listening.wait(0.4, lambda: looked.append(None))
    thread.join()
    listening.close()
    assert looked


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (None, "no note"),
        (note("benchmark-performance"), "benchmark-performance prints no banner"),
        (note(build_id=""), "no build id"),
    ],
)
def test_images_whose_start_cannot_be_seen(of: ImageNote | None, words: str) -> None:
    listening = Listener(KIT, PROBE, image(of), None)
    listening.begin()
    started = listening.wait(5)
    listening.close()
    assert started.build_id == started.port == ""
    assert words in started.doubt


def test_a_port_that_goes_away_leaves_a_doubt() -> None:
    board, client = pty.openpty()
    path = os.ttyname(client)
    listening = listener(path)
    os.close(client)
    os.close(board)
    started = listening.wait(5)
    listening.close()
    assert (started.build_id, started.port) == ("", path)
    assert "has gone" in started.doubt


def test_no_port_of_the_board_leaves_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serial.tools.list_ports.comports", list)
    listening = begun(KIT, Probe("jlink", "440112233", "J-Link", "", None))
    assert "no port has the USB ids of brd2601b" in listening.wait(5).doubt


def test_the_port_of_a_foreign_probe_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [UsbPort("/dev/none", "000440999999")])
    started = begun(KIT, Probe("stlink", "066A", "STLink", "", None)).wait(5)
    assert started.doubt == (
        "066A (STLink) is not the brd2601b's own probe: name its serial port with --port"
    )


def test_a_port_that_was_named_must_be_there() -> None:
    with pytest.raises(LinkError, match="there is no port /dev/none"):
        listener("/dev/none")


def test_a_virtual_board_is_heard_on_its_own_port(
    line: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    board, path = line
    served = (ServedBoard("other", 1, "/dev/none"), ServedBoard("board-7", 1, path))
    monkeypatch.setattr(registry, "running", lambda: served)
    listening = begun(VIRTUAL, PROBE)
    thread = say(board, BANNER)
    assert listening.wait(5).port == path
    thread.join()
    listening.close()
    monkeypatch.setattr(registry, "running", lambda: served[:1])
    assert "has no serial port" in begun(VIRTUAL, PROBE).wait(5).doubt


class UsbPort:
    vid, pid, product, description = 0x1366, 0x0105, "J-Link", "J-Link"

    def __init__(self, device: str, serial_number: str | None) -> None:
        self.device, self.serial_number = device, serial_number


def test_of_several_boards_the_port_of_the_probe_is_taken(
    line: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    board, path = line
    attached = [UsbPort("/dev/none", "000440999999"), UsbPort(path, "000440112233"), UsbPort("/dev/x", None)]
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: attached)
    listening = begun(KIT, Probe("jlink", "440112233", "J-Link", "", None))
    thread = say(board, BANNER)
    assert listening.wait(5).port == path
    thread.join()
    listening.close()
